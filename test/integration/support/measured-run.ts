import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { IntervalRecorder } from '../../../model/compare/interval-ends.ts';
import { snapshot } from '../../support/operator/operator-fixtures.ts';
import type { SimulatedNode } from './simulated-node.ts';

/** The length of {@link measuredRun}, and its rate: enough requests to tell that there are no errors. */
export const SECONDS = 14;
export const RATE = 100;

/** Runs a LoadTest that exists, of one runner and with a constant response time of `ms`; returns its final status. */
export async function measuredRun(node: SimulatedNode, name: string, ms: number): Promise<LoadTestStatus> {
  const { tokens } = await node.underLoad(name, 1);
  const at = (second: number) => ({ ...snapshot(RATE * second, ms), elapsedMs: 1000 * second });
  const intervals = new IntervalRecorder(1000);
  for (let second = 1; second < SECONDS; second++) {
    intervals.record(at(second));
    await node.sendUpdate(tokens[0]!, { phase: 'Running', snapshot: at(second) });
  }
  await node.finish(tokens[0]!, { phase: 'Finished', snapshot: at(SECONDS) }, intervals.upTo(at(SECONDS)));
  return node.until(name, 'Complete', 'True');
}
