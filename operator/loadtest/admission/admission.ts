import type { OperatorLimits } from '../../../api/common/operator-limits.ts';
import { isTrue } from '../../../api/status/conditions.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import { serverOf } from '../../../model/limits/violations.ts';
import { type AcceptedLoadTest, keyOf, type LoadTestResource } from '../resources/loadtest-resource.ts';

/** A test that runs, makes its runners, or waits until it may. */
export type QueuedLoadTest = { test: AcceptedLoadTest; admitted: boolean };

/** Whether a test takes part: it is neither over, nor held back, nor refused. Once admitted it does until it is complete. */
export function isQueued(test: LoadTestResource): test is AcceptedLoadTest {
  const { metadata, status, spec } = test;
  if (spec === undefined || metadata.deletionTimestamp !== undefined) return false;
  return !isTrue(status.conditions, 'Complete') && (status.startTime !== undefined || !spec.suspend);
}

/**
 * What `test` waits for; undefined when it may begin. Tests are admitted one after the other in the order of their creation, and of
 * their names where that is the same. A test waits for those before it that load the same place, if one of the two is exclusive; one
 * that waits for a place keeps none of the `maxConcurrentTests` from those behind it.
 */
export function waitsFor(
  test: AcceptedLoadTest,
  queue: readonly QueuedLoadTest[],
  limits: Pick<OperatorLimits, 'maxConcurrentTests' | 'oneTestPerTarget'>,
): Waiting | undefined {
  // So it is nearly always; a cluster may have thousands of tests.
  const anyExclusive = limits.oneTestPerTarget || queue.some((entry) => entry.test.spec.target.exclusive);
  if (!anyExclusive && limits.maxConcurrentTests === undefined) return undefined;
  const admitted = queue.filter((entry) => entry.admitted).map((entry) => entry.test);
  const before: AcceptedLoadTest[] = [];
  for (const next of inOrder(queue.filter((entry) => !entry.admitted).map((entry) => entry.test))) {
    const waiting =
      serverTaken(next, admitted, before, limits.oneTestPerTarget) ?? noSlot(admitted, limits.maxConcurrentTests);
    if (next.metadata.uid === test.metadata.uid) return waiting;
    if (waiting === undefined) admitted.push(next);
    else before.push(next);
  }
  return undefined;
}

function serverTaken(
  test: AcceptedLoadTest,
  admitted: readonly AcceptedLoadTest[],
  before: readonly AcceptedLoadTest[],
  oneForAll: boolean,
): Waiting | undefined {
  const server = serverOf(test.spec.target);
  const isInTheWay = ({ spec }: AcceptedLoadTest) =>
    serverOf(spec.target) === server && (oneForAll || spec.target.exclusive || test.spec.target.exclusive);
  const running = admitted.find(isInTheWay);
  const earlier = running ?? before.find(isInTheWay);
  if (earlier === undefined) return undefined;
  const does = running === undefined ? 'is before it to test' : 'tests';
  return { reason: 'WaitingForTarget', message: `waits for ${keyOf(earlier.metadata)}, which ${does} ${server}` };
}

function noSlot(admitted: readonly AcceptedLoadTest[], most: number | undefined): Waiting | undefined {
  if (most === undefined || admitted.length < most) return undefined;
  const oldest = inOrder(admitted)[0]!;
  return {
    reason: 'WaitingForSlot',
    message: `waits for one of ${admitted.length} tests to end, as the operator runs at most ${most} at once; the oldest is ${keyOf(oldest.metadata)}`,
  };
}

function inOrder(tests: readonly AcceptedLoadTest[]): AcceptedLoadTest[] {
  return tests.toSorted(
    (a, b) =>
      Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) ||
      compare(a.metadata.name, b.metadata.name) ||
      compare(a.metadata.namespace, b.metadata.namespace),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
