import type { TurnReason } from '../../../api/status/reasons.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import { type Chain, firstOf } from '../../common/chain.ts';
import type { AcceptedLoadTest } from '../resources/loadtest-resource.ts';
import { afterBaseline } from './after-baseline.ts';
import { exclusive } from './exclusive.ts';
import { maxConcurrentTests } from './max-concurrent-tests.ts';
import { inOrder, type QueuedLoadTest } from './queued.ts';
import type { Turn } from './turn.ts';

/** Why a test must wait for others. */
const CHECKS: Chain<Turn, Waiting<TurnReason>> = [afterBaseline, exclusive, maxConcurrentTests];

/**
 * Why `test` waits; undefined when it may begin. Tests are admitted in the order of their creation. A test that waits for its target takes
 * none of the `maxConcurrentTests` from later tests.
 */
export function waitsFor(
  test: AcceptedLoadTest,
  queue: readonly QueuedLoadTest[],
  limits: Turn['limits'],
): Waiting<TurnReason> | undefined {
  // This is the usual case, and a cluster may have thousands of tests.
  const anyExclusive = limits.oneTestPerTarget || queue.some((entry) => entry.test.spec.target.exclusive);
  if (!anyExclusive && limits.maxConcurrentTests === undefined && test.spec.compareWith === undefined) return undefined;
  const admitted = queue.filter((entry) => entry.admitted).map((entry) => entry.test);
  const before: AcceptedLoadTest[] = [];
  for (const next of inOrder(queue.filter((entry) => !entry.admitted).map((entry) => entry.test))) {
    const waiting = firstOf(CHECKS, { test: next, admitted, before, limits });
    if (next.metadata.uid === test.metadata.uid) return waiting;
    if (waiting === undefined) admitted.push(next);
    else before.push(next);
  }
  return undefined;
}
