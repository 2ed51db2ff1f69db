import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ReadDelay } from '../../../../../runner/engine/delay/read-delay.ts';

/** Observations, each with the cumulative figures of the loop; times are microseconds. */
type Observed = { at: number; idle: number; turns?: number; runDelay?: number };

function boundAfter(observed: readonly Observed[], first: Partial<Observed> = {}): { bound: number; lost: number } {
  let now: Observed = { at: 0, idle: 0, ...first };
  const delay = new ReadDelay({
    idleUs: () => now.idle,
    turns: () => now.turns ?? 0,
    runDelayUs: () => now.runDelay ?? 0,
  });
  delay.begin(now.at);
  for (const next of observed) {
    now = next;
    delay.observe(next.at);
  }
  return { bound: delay.boundUs(now.at), lost: delay.lostUs };
}

/** A loop that is never blocked, with turns of 300 us, observed ten times in each. */
const SATURATED = Array.from({ length: 1000 }, (_, i) => ({ at: 30 * i, idle: 0, turns: Math.floor(i / 10) }));

const bounds: [sentence: string, observed: Observed[], bound: number][] = [
  ['the activity since the loop was blocked', [{ at: 2050, idle: 2000 }], 50],
  [
    'the activity since the last of several blocks',
    [
      { at: 900, idle: 800 },
      { at: 1930, idle: 1800 },
    ],
    30,
  ],
  [
    'all of a turn that collects garbage',
    [
      { at: 900, idle: 800 },
      { at: 30_900, idle: 800 },
    ],
    30_100,
  ],
  ['also the time for which the thread waited for a CPU', [{ at: 2050, idle: 2000, runDelay: 1500 }], 1550],
  ['not more than the block, when the thread waited before it', [{ at: 3050, idle: 1000, runDelay: 2000 }], 3050],
  ['all of a block that the heartbeat should have ended', [{ at: 120_050, idle: 120_000 }], 120_050],
  [
    'no more than the wait for a CPU that explains a long block',
    [{ at: 12_050, idle: 12_000, runDelay: 11_000 }],
    11_050,
  ],
  [
    'no wait for a CPU that an observation before has counted',
    [
      { at: 900, idle: 800, runDelay: 500 },
      { at: 1930, idle: 1800, runDelay: 500 },
    ],
    30,
  ],
];

describe('bytes may have waited for the event loop for', () => {
  for (const [sentence, observed, bound] of bounds) {
    it(sentence, () => assert.equal(boundAfter(observed).bound, bound));
  }

  it('two turns at least and three at most, when the loop is never blocked', () => {
    for (let n = 100; n < SATURATED.length; n++) {
      const { bound } = boundAfter(SATURATED.slice(0, n));
      const twoTurns = 300 + 30 * ((n - 1) % 10);
      assert.ok(bound >= twoTurns && bound <= twoTurns + 330, `${bound} us after ${n} observations`);
    }
  });

  it('as long as since the beginning, when the loop was never seen blocked or in another turn', () => {
    assert.equal(
      boundAfter([
        { at: 700, idle: 0 },
        { at: 1400, idle: 0 },
      ]).bound,
      1400,
    );
  });
});

it('the time that a loop has lost is the sum of its activity, its waits for a CPU and its stops', () => {
  const observed = [
    { at: 1_050, idle: 1_000 },
    { at: 3_100, idle: 3_000, runDelay: 700 },
    { at: 103_100, idle: 103_000, runDelay: 700 },
  ];
  assert.equal(boundAfter(observed).lost, 50 + 750 + 100_000);
});

it('an observation right after another is left out, which makes the bound looser by a moment', () => {
  let idle = 0;
  const delay = new ReadDelay({ idleUs: () => idle, turns: () => 0, runDelayUs: () => 0 });
  delay.begin(0);
  idle = 10;
  delay.note(45);
  assert.equal(delay.boundUs(45), 45);
  delay.note(60);
  assert.equal(delay.boundUs(60), 50);
});
