import type { LoadTestStatus } from '../../api/status.ts';
import { type RunnerEnd, reportDocument } from '../../model/report.ts';
import { create, serverVersion } from '../kube/api.ts';
import { configMaps } from '../kube/paths.ts';
import { errorText } from '../log.ts';
import { placeOf, reportConfigMap } from '../report-configmap.ts';
import { VERSION } from '../version.ts';
import type { Observed } from './plan.ts';
import type { LoadTestWorld } from './world.ts';

/**
 * Keeps the full result before the status refers to it. A cluster that has no room for it costs the report, and not the result:
 * returns the status without the reference then. One that is there already is this operator's, or its predecessor's.
 */
export async function keepReport(
  { client, reports, log }: LoadTestWorld,
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
      timeline: reports.timeline(uid, spec).finish(runners.flatMap((r) => r.snapshot ?? [])),
      runners,
      baseline,
      environment: { version: VERSION, ...(kubernetes && { kubernetes }), ...placeOf(pods) },
    });
    await create(client, configMaps, reportConfigMap(metadata, report));
    return status;
  } catch (error) {
    log.warn('could not keep the full report', { namespace, name, error: errorText(error) });
    const { report: _, ...rest } = status;
    return rest;
  }
}
