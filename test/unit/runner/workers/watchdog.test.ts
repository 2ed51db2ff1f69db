import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Timers, Watchdog } from '../../../../runner/workers/watchdog.ts';
import { VirtualTime } from '../../../support/virtual-time.ts';

/** The times (ms) of the callbacks, when each message is expected within 1000 ms and arrives at `messages`. `stopped`: the process does not run. */
function callbacksAt(messages: number[], stopped?: { from: number; forMs: number }): number[] {
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
  const callbacks: number[] = [];
  const watchdog = new Watchdog(() => callbacks.push(time.now() / 1e3), timers);
  watchdog.expect(1000);
  for (const ms of messages) time.at(ms * 1e3, () => watchdog.expect(1000));
  time.run();
  return callbacks;
}

const rows: [what: string, ...Parameters<typeof callbacksAt>, expected: number[]][] = [
  ['no message arrives', [], undefined, [1000]],
  ['the messages stop', [900, 1800], undefined, [2800]],
  [
    'the process was stopped meanwhile, so that the watchdog waits for the same time again',
    [900],
    { from: 1000, forMs: 60_000 },
    [62_000],
  ],
  ['a message arrives after that', [900, 61_500], { from: 1000, forMs: 60_000 }, [62_500]],
];
for (const [what, messages, stopped, expected] of rows)
  test(`when ${what}, the watchdog calls back at ${expected} ms`, () =>
    assert.deepEqual(callbacksAt(messages, stopped), expected));

test('a stopped watchdog does not call back', () => {
  const time = new VirtualTime(0);
  const timers = {
    now: () => time.now() / 1e3,
    after: (ms: number, f: () => void) => time.at(time.now() + ms * 1e3, f),
  };
  const watchdog = new Watchdog(() => assert.fail('it was stopped'), timers);
  watchdog.expect(10);
  watchdog.end();
  time.run();
});
