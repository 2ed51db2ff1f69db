import type { ReportDocument } from '../../../api/report/report-document.ts';
import { TimelineRecorder } from '../../../model/measure/timeline.ts';
import { reportDocument } from '../../../model/result/report-document.ts';
import { finished } from './report-fixture.ts';
import { snapshotOf } from './summary.ts';

/** The full report of a run of five equal seconds; `changes` override its fields. */
export function reportOf(changes: Partial<ReportDocument> = {}): ReportDocument {
  const { spec, status = {} } = finished();
  const recorder = new TimelineRecorder(1000);
  const at = (second: number) => [{ ...snapshotOf('order', 100 * second), elapsedMs: 1000 * second }];
  for (const second of [1, 2, 3, 4, 5]) recorder.record(at(second));
  const document = reportDocument({
    metadata: { name: 'checkout', namespace: 'shop', uid: 'some-uid' },
    spec,
    status,
    timeline: recorder.finish(at(5)),
    runners: [
      { index: 0, state: 'Finished', node: 'node-a', snapshot: at(5)[0]! },
      { index: 1, state: 'Lost', message: 'its pod ended: OOMKilled, exit code 137' },
    ],
    environment: { version: '0.1.0', kubernetes: 'v1.35.0', image: 'loadtest@sha256:12', nodes: ['node-a'] },
  });
  return { ...document, ...changes };
}
