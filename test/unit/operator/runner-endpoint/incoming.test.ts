import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import type { LoadTestResource } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import {
  foreignRequests,
  type Incoming,
  isLatecomer,
  isWanted,
  longerThanLoad,
  overtaken,
} from '../../../../operator/runner-endpoint/incoming.ts';
import { at, loadTest, NOW, snapshot, UID } from '../../../support/operator/operator-fixtures.ts';

const STARTED = loadTest({}, { loadStartTime: at(300) });
const COMPLETE = loadTest(
  {},
  { conditions: [{ type: 'Complete', status: 'True', reason: 'Finished', message: '', lastTransitionTime: at(0) }] },
);

const runner = { namespace: 'shop', name: 'checkout', uid: UID, index: 1, podUid: 'pod-1' };
const stored = (phase: RunnerUpdate['phase'], elapsedMs: number, podUid = 'pod-1') => ({
  podUid,
  receivedAtMs: NOW,
  update: { phase, snapshot: { ...snapshot(1), elapsedMs } },
});
const incoming = (update: RunnerUpdate, change: Partial<Incoming> = {}): Incoming => ({
  update,
  runner,
  test: STARTED,
  known: undefined,
  nowMs: NOW,
  ...change,
});
const running = (elapsedMs: number): RunnerUpdate => ({ phase: 'Running', snapshot: { ...snapshot(1), elapsedMs } });
const foreign: RunnerUpdate = {
  phase: 'Running',
  snapshot: { ...snapshot(1), requests: [{ ...snapshot(1).requests[0]!, name: 'other' }] },
};
const foreignTrial: RunnerUpdate = {
  ...running(1),
  trial: { number: 1, state: 'Running', lateMs: 0, ranMs: 1, snapshot: foreign.snapshot },
};
const other: LoadTestResource = COMPLETE;

type Judged = (input: Incoming) => unknown;
const updates: [check: Judged, title: string, input: Incoming, expected: unknown][] = [
  [overtaken, 'lets the first update pass', incoming(running(1)), undefined],
  [overtaken, 'lets a newer one pass', incoming(running(2), { known: stored('Running', 1) }), undefined],
  [overtaken, 'lets the same one pass again', incoming(running(1), { known: stored('Running', 1) }), undefined],
  [overtaken, 'refuses one that measured less', incoming(running(1), { known: stored('Running', 2) }), 409],
  [overtaken, 'refuses an earlier phase', incoming(running(9), { known: stored('Finished', 2) }), 409],
  [
    overtaken,
    'treats a failure as an end',
    incoming({ phase: 'Failed' }, { known: stored('Finished', -1) }),
    undefined,
  ],
  [overtaken, 'does not compare two pods', incoming(running(1), { known: stored('Running', 2, 'pod-0') }), undefined],
  [foreignRequests, 'lets the requests of the spec pass', incoming(running(1)), undefined],
  [foreignRequests, 'refuses those of another spec', incoming(foreign), 400],
  [foreignRequests, 'refuses those of a trial of another spec', incoming(foreignTrial), 400],
  [foreignRequests, 'does not check an update of a complete test', incoming(foreign, { test: other }), undefined],
  [
    longerThanLoad,
    'lets pass what the clocks of two nodes may differ by',
    incoming(running(3600_000 - 300)),
    undefined,
  ],
  [longerThanLoad, 'refuses what the load cannot have lasted', incoming(running(3600_001)), 400],
  [
    longerThanLoad,
    'does not apply before the start is known',
    incoming(running(3600_001), { test: loadTest() }),
    undefined,
  ],
  [isWanted, 'holds for a runner under load', incoming(running(1)), true],
  [isWanted, 'does not hold for a complete test', incoming(running(1), { test: COMPLETE }), false],
  [isWanted, 'does not hold without a test', incoming(running(1), { test: undefined }), false],
  [isWanted, 'does not hold for a latecomer', incoming({ phase: 'Starting' }), false],
  [isLatecomer, 'holds for a pod that starts under load', incoming({ phase: 'Starting' }), true],
  [isLatecomer, 'does not hold before the load', incoming({ phase: 'Starting' }, { test: loadTest() }), false],
  [isLatecomer, 'holds for a successor', incoming(running(1), { known: stored('Running', 1, 'pod-0') }), true],
];

describe('of the runner updates, the check', () => {
  for (const [check, title, input, expected] of updates)
    it(`${check.name} ${title}`, () => {
      const fact = check(input);
      assert.equal(typeof fact === 'object' && fact !== null && 'status' in fact ? fact.status : fact, expected);
    });
});
