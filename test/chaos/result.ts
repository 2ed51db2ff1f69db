import assert from 'node:assert/strict';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { identityProblems } from '../../model/measure/counters.ts';
import { until } from '../cluster/system/wait.ts';
import type { EndedLoadTest, Spec, TestNamespace } from '../e2e/support/namespace.ts';
import { assertNotFailed } from '../e2e/support/verdict.ts';

/** Requests per second of all runners of a test together. */
export const RATE = 40;
export const RUNNERS = 2;
/** Generous, because many pods start at once, and a killed operator may have to restart first. */
const START_WITHIN_MS = 90_000;

export function open(seconds: number): Spec['load'] {
  return { type: 'Open', open: { stages: [{ duration: `${seconds}s`, rate: RATE }] } };
}

/** A load of some seconds by two runners on a separate path. */
export function specOf(
  ns: TestNamespace,
  name: string,
  seconds: number,
  runners: NonNullable<Spec['runners']> = {},
): Spec {
  return {
    target: { url: ns.url(`/${name}`) },
    load: open(seconds),
    // What a lost runner had in flight may have become errors, on a busy node 3% of all: a lower limit would be undecided.
    thresholds: [{ metric: 'errors', max: '10%' }],
    // Small requests, because many runners share the node and mostly wait.
    runners: {
      replicas: RUNNERS,
      ...runners,
      template: { resources: { requests: { cpu: '10m' } }, ...runners?.template },
    },
  };
}

/** Waits until the target has received that many requests, from both runners of a test. */
export async function untilSent(ns: TestNamespace, name: string, requests: number): Promise<void> {
  await until(
    `both runners of ${name} have sent`,
    async () => {
      const seen = await ns.received(`/${name}`);
      return (
        (seen !== undefined && seen.total >= requests && Object.keys(seen.clients).length === RUNNERS) || undefined
      );
    },
    { timeoutMs: START_WITHIN_MS, intervalMs: 100 },
  );
}

export async function startAndWait(
  ns: TestNamespace,
  name: string,
  seconds: number,
  runners: NonNullable<Spec['runners']>,
  requests: number,
) {
  await ns.start(name, specOf(ns, name, seconds, runners));
  await untilSent(ns, name, requests);
}

/** Checks that the result has the whole load, as counted by the target, from one Job. */
export async function assertWhole(
  ns: TestNamespace,
  name: string,
  { status }: EndedLoadTest,
  requests: number,
): Promise<void> {
  const { generated, made, done } = status.counts;
  const total = (await ns.received(`/${name}`))?.total;
  assert.deepEqual(
    { generated, made, done, total },
    { generated: requests, made: requests, done: requests, total: requests },
  );
  assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
  assertNotFailed({ status });
  const inIntervals = (status.windows?.done ?? '').split(' ').reduce((sum, n) => sum + Number(n), 0);
  assert.equal(inIntervals, done, 'the intervals of the run, which make it a baseline');
  assert.equal((await ns.list('jobs', `${LABEL_TEST}=${name}`)).length, 1, 'one Job');
}

/**
 * Loses a runner by `lose` and returns the number of requests that may be missing: those of its last two seconds, one until they are counted
 * and one until that is written; on a busy machine, where both take longer, those that no status contained by then.
 */
export async function losing(ns: TestNamespace, name: string, lose: () => unknown): Promise<number> {
  const { status } = await ns.get(name);
  await lose();
  const sent = (await ns.received(`/${name}`))?.total ?? 0;
  return Math.max(RATE, sent - (status.counts?.made ?? 0));
}

/**
 * Checks that the result has all requests sent before the loss of a runner, except `missing` at most, and that its counts add up. A request
 * without a response may not have reached the target.
 */
export async function assertKept(
  ns: TestNamespace,
  name: string,
  { status }: EndedLoadTest,
  missing: number,
): Promise<void> {
  assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
  const total = (await ns.received(`/${name}`))?.total ?? 0;
  const { made, aborted, timeout, failed } = status.counts;
  assert.ok(
    made <= total + aborted + timeout + failed && total - made <= missing,
    `${made} of ${total} requests are in the result`,
  );
}

/** The condition Complete of an ended test. */
export function completeOf({ status }: Pick<EndedLoadTest, 'status'>) {
  return findCondition(status.conditions, 'Complete');
}
