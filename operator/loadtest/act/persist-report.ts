import { VERSION } from '../../../api/common/version.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { reportDocument } from '../../../model/result/report-document.ts';
import { create, serverVersion } from '../../kube/api.ts';
import { isTransient } from '../../kube/client.ts';
import { configMaps } from '../../kube/paths.ts';
import { errorText } from '../../runtime/log.ts';
import type { Action } from '../decide/decision.ts';
import type { LoadTestDependencies } from '../dependencies.ts';
import type { Expectations } from '../observe/expectations.ts';
import type { Observed } from '../observe/observed.ts';
import { placeOf, reportConfigMap } from '../resources/report-configmap.ts';

/** How long to retry a report that the API server does not accept. A webhook that is down must not hold the result back forever. */
const RETRY_MS = 60_000;

/**
 * Persists the full report before the status refers to it. Where the cluster has no room for the report, only the report is lost: the returned
 * status has no reference. Throws while another try may succeed. An existing report is this operator's or its predecessor's; its reader checks
 * that it belongs to the LoadTest, which the operator is not permitted to do.
 */
export async function persistReport(
  { client, updates, now, log }: LoadTestDependencies,
  expectations: Expectations,
  { test: { metadata, spec }, pods, baseline }: Observed,
  status: LoadTestStatus,
  { runners, summary }: Extract<Action, { type: 'WriteReport' }>,
): Promise<LoadTestStatus> {
  if (spec === undefined) return status;
  const { namespace, name, uid } = metadata;
  try {
    const kubernetes = await serverVersion(client).catch(() => undefined);
    const report = reportDocument({
      metadata: { namespace, name, uid },
      spec,
      status,
      timeline: updates.timeline(uid, spec).finish(runners.flatMap((r) => r.snapshot ?? [])),
      runners,
      summary,
      baseline,
      environment: { version: VERSION, ...(kubernetes && { kubernetes }), ...placeOf(pods) },
    });
    await create(client, configMaps, reportConfigMap(metadata, report));
    return status;
  } catch (error) {
    const failingSinceMs = expectations.of(uid).reportFailingSinceMs ?? now();
    expectations.put(uid, { reportFailingSinceMs: failingSinceMs });
    if (isTransient(error) && now() - failingSinceMs < RETRY_MS) throw error;
    log.warn('could not persist the full report', { namespace, name, error: errorText(error) });
    return withoutReport(status, errorText(error));
  }
}

/** The final status of a test whose full report is lost, with the reason in its message. */
function withoutReport({ report: _, conditions = [], ...status }: LoadTestStatus, why: string): LoadTestStatus {
  const explained = (message: string) => [message, `the full report is not kept: ${why}`].filter(Boolean).join('; ');
  return {
    ...status,
    conditions: conditions.map((c) => (c.type === 'Complete' ? { ...c, message: explained(c.message) } : c)),
  };
}
