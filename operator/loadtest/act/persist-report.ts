import { VERSION } from '../../../api/common/version.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { type RunnerEnd, reportDocument } from '../../../model/result/report-document.ts';
import { create, serverVersion } from '../../kube/api.ts';
import { isTransient } from '../../kube/client.ts';
import { configMaps } from '../../kube/paths.ts';
import { errorText } from '../../runtime/log.ts';
import type { LoadTestDependencies } from '../dependencies.ts';
import type { Expectations } from '../observe/expectations.ts';
import type { Observed } from '../observe/observed.ts';
import { placeOf, reportConfigMap } from '../resources/report-configmap.ts';

/** For so long a report is tried to be kept that the API server fails to take. A webhook that is down must not keep the result for ever. */
const PATIENCE_MS = 60_000;

/**
 * Keeps the full result before the status refers to it. A cluster that has no room for it costs the report, and not the result: returns
 * the status without the reference then. Throws while another try may succeed. One that is there already is this operator's, or its
 * predecessor's; who reads it looks whether it was made for the LoadTest, as the operator may not.
 */
export async function keepReport(
  { client, updates, now, log }: LoadTestDependencies,
  expectations: Expectations,
  { test: { metadata, spec }, pods, baseline }: Observed,
  status: LoadTestStatus,
  runners: RunnerEnd[],
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
      baseline,
      environment: { version: VERSION, ...(kubernetes && { kubernetes }), ...placeOf(pods) },
    });
    await create(client, configMaps, reportConfigMap(metadata, report));
    return status;
  } catch (error) {
    const failingSinceMs = expectations.of(uid).reportFailingSinceMs ?? now();
    expectations.put(uid, { reportFailingSinceMs: failingSinceMs });
    if (isTransient(error) && now() - failingSinceMs < PATIENCE_MS) throw error;
    log.warn('could not keep the full report', { namespace, name, error: errorText(error) });
    return withoutReport(status, errorText(error));
  }
}

/** The final status of a test whose full report is lost, which it says. */
export function withoutReport({ report: _, conditions = [], ...status }: LoadTestStatus, why: string): LoadTestStatus {
  const told = (message: string) => [message, `the full report is not kept: ${why}`].filter(Boolean).join('; ');
  return {
    ...status,
    conditions: conditions.map((c) => (c.type === 'Complete' ? { ...c, message: told(c.message) } : c)),
  };
}
