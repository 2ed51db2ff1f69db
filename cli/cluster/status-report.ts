import type { ReportDocument } from '../../api/report/report-document.ts';
import { findCondition, isTrue } from '../../api/status/conditions.ts';
import { emptyTimeline } from '../../model/measure/timeline.ts';
import { reportDocument } from '../../model/result/report-document.ts';
import type { ClusterLoadTest } from './cluster-loadtest.ts';

/** A LoadTest in a cluster, or from a file. */
type Subject = Pick<ClusterLoadTest, 'spec' | 'status'> & { metadata: ReportDocument['metadata'] };

/**
 * The report of a LoadTest without a report ConfigMap, from its spec and status: it had no load, or the ConfigMap could not be written. A
 * test that is not complete has no report.
 */
export function statusReport({ metadata, spec, status }: Subject): { report: ReportDocument } | { problem: string } {
  const { name } = metadata;
  if (!isTrue(status.conditions, 'Complete')) {
    const reason = findCondition(status.conditions, 'Complete')?.reason ?? 'waiting for the operator';
    return { problem: `LoadTest ${name} has no report yet: it is not complete (${reason})` };
  }
  if (spec === undefined) return { problem: `LoadTest ${name} has no report: its spec is not valid` };
  const report = reportDocument({
    metadata,
    spec,
    status,
    timeline: emptyTimeline(),
    runners: [],
    // Only the operator knows its version.
    environment: { version: 'unknown' },
  });
  const isMeasured = status.counts !== undefined;
  return { report: { ...report, omitted: isMeasured ? ['timeline', 'histograms', 'runners', 'environment'] : [] } };
}
