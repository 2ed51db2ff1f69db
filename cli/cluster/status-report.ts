import type { ReportDocument } from '../../api/report/report-document.ts';
import { findCondition, isTrue } from '../../api/status/conditions.ts';
import { emptyTimeline } from '../../model/measure/timeline.ts';
import { reportDocument } from '../../model/result/report-document.ts';
import type { ClusterLoadTest } from './cluster-loadtest.ts';

/**
 * The report of a LoadTest of which the cluster keeps none, from its spec and its status: no load was made, as a local run would say it, or
 * the cluster had no room for more. Where it has no end there is nothing to report yet.
 */
export function statusReport({
  metadata,
  spec,
  status,
}: ClusterLoadTest): { report: ReportDocument } | { problem: string } {
  const { name, namespace, uid } = metadata;
  if (!isTrue(status.conditions, 'Complete')) {
    const reason = findCondition(status.conditions, 'Complete')?.reason ?? 'it waits for the operator';
    return { problem: `LoadTest ${name} has no report yet: it is not complete (${reason})` };
  }
  if (spec === undefined) return { problem: `LoadTest ${name} has no report: its spec is not valid` };
  const report = reportDocument({
    metadata: { name, namespace, uid },
    spec,
    status,
    timeline: emptyTimeline(),
    runners: [],
    // Only the operator knows which version it is.
    environment: { version: 'unknown' },
  });
  const isMeasured = status.counts !== undefined;
  return { report: { ...report, omitted: isMeasured ? ['timeline', 'histograms', 'runners', 'environment'] : [] } };
}
