import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Timers, Watchdog } from '../../../../runner/workers/watchdog.ts';
import { VirtualTime } from '../../../support/virtual-time.ts';

/** When a listener calls back to whom something is said at `said` (ms), each time within 1000 ms; `stopped`: the process is, from and for. */
function silentAt(said: number[], stopped?: { from: number; forMs: number }): number[] {
  const time = new VirtualTime(0);
  const late = (us: number) => {
    if (stopped === undefined) return us;
    const from = stopped.from * 1e3;
    return us > from && us < from + stopped.forMs * 1e3 ? from + stopped.forMs * 1e3 : us;
  };
  const timers: Timers = {
    now: () => time.now() / 1e3,
    after: (ms, callback) => time.at(late(time.now() + ms * 1e3), callback),
  };
  const silent: number[] = [];
  const silence = new Watchdog(() => silent.push(time.now() / 1e3), timers);
  silence.expect(1000);
  for (const ms of said) time.at(ms * 1e3, () => silence.expect(1000));
  time.run();
  return silent;
}

const rows: [what: string, ...Parameters<typeof silentAt>, silent: number[]][] = [
  ['nothing is ever said', [], undefined, [1000]],
  ['it becomes silent', [900, 1800], undefined, [2800]],
  [
    'the process stood still meanwhile: it is listened to for as long again',
    [900],
    { from: 1000, forMs: 60_000 },
    [62_000],
  ],
  ['it speaks again after that', [900, 61_500], { from: 1000, forMs: 60_000 }, [62_500]],
];
for (const [what, said, stopped, silent] of rows)
  test(`when ${what}, it is silent at ${silent} ms`, () => assert.deepEqual(silentAt(said, stopped), silent));

test('what has ended is not silent', () => {
  const time = new VirtualTime(0);
  const timers = {
    now: () => time.now() / 1e3,
    after: (ms: number, f: () => void) => time.at(time.now() + ms * 1e3, f),
  };
  const silence = new Watchdog(() => assert.fail('it has ended'), timers);
  silence.expect(10);
  silence.end();
  time.run();
});
