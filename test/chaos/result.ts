import assert from 'node:assert/strict';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { identityProblems } from '../../model/measure/counters.ts';
import { until } from '../cluster/wait.ts';
import type { Ended, Place, Spec } from '../e2e/place.ts';

/** Requests a second that the tests here make, all runners together. */
export const RATE = 40;
export const RUNNERS = 2;
/** Many pods start at once, and an operator that died may have to come back first. */
const START_WITHIN_MS = 90_000;

export function open(seconds: number): Spec['load'] {
  return { type: 'Open', open: { stages: [{ duration: `${seconds}s`, rate: RATE }] } };
}

/** A load of some seconds by two runners at a path of its own. */
export function specOf(place: Place, name: string, seconds: number, runners: NonNullable<Spec['runners']> = {}): Spec {
  return {
    target: { url: place.url(`/${name}`) },
    load: open(seconds),
    thresholds: [{ metric: 'errors', max: '0%' }],
    // The node that they share has room for many: they wait for most of their time.
    runners: {
      replicas: RUNNERS,
      ...runners,
      template: { resources: { requests: { cpu: '10m' } }, ...runners?.template },
    },
  };
}

/** Waits until the target has seen both runners of a test and that many requests. */
export async function untilSent(place: Place, name: string, requests: number): Promise<void> {
  await until(
    `both runners of ${name} have sent`,
    async () => {
      const seen = await place.received(`/${name}`);
      return (
        (seen !== undefined && seen.total >= requests && Object.keys(seen.clients).length === RUNNERS) || undefined
      );
    },
    { timeoutMs: START_WITHIN_MS, intervalMs: 100 },
  );
}

export async function startAndWait(
  place: Place,
  name: string,
  seconds: number,
  runners: NonNullable<Spec['runners']>,
  requests: number,
) {
  await place.start(name, specOf(place, name, seconds, runners));
  await untilSent(place, name, requests);
}

/** The test's whole load is in the result, as the target counted it, from one Job. */
export async function assertWhole(place: Place, name: string, { status }: Ended, requests: number): Promise<void> {
  const { generated, made, done } = status.counts;
  const total = (await place.received(`/${name}`))?.total;
  assert.deepEqual(
    { generated, made, done, total },
    { generated: requests, made: requests, done: requests, total: requests },
  );
  assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
  assertNotFailed({ status });
  const inWindows = (status.windows?.done ?? '').split(' ').reduce((sum, n) => sum + Number(n), 0);
  assert.equal(inWindows, done, 'the windows of the run, which make it a baseline');
  assert.equal((await place.list('jobs', `${LABEL_TEST}=${name}`)).length, 1, 'one Job');
}

/**
 * Loses a runner by `lose` and gives how many requests may be missing for it: what it sent in its last two seconds, one until it is
 * counted and one until that is written; on a busy machine, where both take longer, what no status had told by then.
 */
export async function losing(place: Place, name: string, lose: () => unknown): Promise<number> {
  const { status } = await place.get(name);
  await lose();
  const sent = (await place.received(`/${name}`))?.total ?? 0;
  return Math.max(RATE, sent - (status.counts?.made ?? 0));
}

/**
 * What was sent before a runner was lost is in the result but for `missing` requests at most, and what the result has adds up. What was
 * not answered may not have reached the target.
 */
export async function assertKept(place: Place, name: string, { status }: Ended, missing: number): Promise<void> {
  assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
  const total = (await place.received(`/${name}`))?.total ?? 0;
  const { made, aborted, timeout, failed } = status.counts;
  assert.ok(
    made <= total + aborted + timeout + failed && total - made <= missing,
    `${made} of ${total} requests are in the result`,
  );
}

/** A machine that is busy may send late, which leaves the verdict open; nothing else may. */
export function assertNotFailed({ status }: Pick<Ended, 'status'>): void {
  const passed = findCondition(status.conditions, 'Passed');
  if (passed?.reason === 'GeneratorSaturated') return;
  assert.equal(passed?.status, 'True', passed?.message ?? '');
}

/** What the condition Complete says of a test that has ended. */
export function completeOf({ status }: Pick<Ended, 'status'>) {
  return findCondition(status.conditions, 'Complete');
}
