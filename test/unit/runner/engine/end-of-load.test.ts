import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { seededRandom } from '../../../../model/common/random.ts';
import { virtualLoad } from '../../../support/virtual-load.ts';
import type { Script } from '../../../support/virtual-time.ts';

const MS = 1000;
const S = 1000 * MS;
const OK = { outcome: 'response' as const, status: 200 };
const takes =
  (ms: number): Script =>
  () => ({ ...OK, after: ms * MS });

/** One request after the other, each for the time that its path tells; the others do not wait. */
function queueAt(path: string, ms: number): Script {
  let freeUs = 0;
  return (request, _number, nowUs) => {
    if (request.path !== path) return { ...OK, after: MS };
    freeUs = Math.max(freeUs, nowUs) + ms * MS;
    return { ...OK, after: freeUs - nowUs };
  };
}

function everyOtherFails(path: string): Script {
  let count = 0;
  return (request) => ({ ...OK, status: request.path === path && count++ % 2 === 0 ? 500 : 200, after: 5 * MS });
}

function scatters(meanMs: number): Script {
  const random = seededRandom(3);
  return () => ({ ...OK, after: Math.round(-Math.log(1 - random()) * meanMs * MS) });
}

const ONE = [{ name: 'a', path: '/a' }];
/** Two seconds of think times. */
const JOURNEY = [...ONE, { name: 'b', path: '/b', thinkTime: '1s' }, { name: 'c', path: '/c', thinkTime: '1s' }];

type Row = [
  title: string,
  load: { requests?: object[]; rate?: number; duration?: string; gracefulStop?: string; stopAt?: number },
  script: Script,
  expected: { achieved: number; low: number; high: number },
];

const rows: Row[] = [
  [
    'iterations of 2s that end after it are no shortfall',
    { requests: JOURNEY },
    takes(5),
    { achieved: 5, low: 1, high: 1 },
  ],
  [
    'iterations whose last request comes only after it are none',
    { requests: JOURNEY, duration: '1s' },
    takes(5),
    { achieved: 5, low: 1, high: 1 },
  ],
  ['responses of 1s that come after it are no shortfall', {}, takes(1000), { achieved: 5, low: 1, high: 1 }],
  [
    'responses that scatter around 500ms are hardly one',
    { rate: 20 },
    scatters(500),
    { achieved: 19.83, low: 0.99, high: 0.99 },
  ],
  [
    'a target that serves 2/s of 5/s has reached 2/s, although all were answered later',
    {},
    queueAt('/a', 500),
    { achieved: 1.83, low: 0.37, high: 0.37 },
  ],
  [
    'a slow first request of an iteration is a shortfall, although the last one is fast',
    { requests: JOURNEY },
    queueAt('/a', 500),
    { achieved: 1.83, low: 0.37, high: 0.37 },
  ],
  [
    'a target that freezes for the last second has not reached what came in it',
    {},
    (_r, _n, nowUs) => ({ ...OK, after: nowUs >= 5 * S ? 7 * S - nowUs : 5 * MS }),
    { achieved: 4.17, low: 0.83, high: 0.83 },
  ],
  [
    'one far slower response during the load is no excuse for late ones',
    { rate: 20 },
    (_r, number, nowUs) => ({ ...OK, after: number === 2 ? 2 * S : nowUs >= 5 * S ? 1.5 * S : 5 * MS }),
    { achieved: 16.67, low: 0.83, high: 0.83 },
  ],
  [
    'an iteration that an unexpected response cuts short did not complete',
    { requests: JOURNEY },
    everyOtherFails('/b'),
    { achieved: 2.5, low: 0.5, high: 0.5 },
  ],
  [
    'what a short graceful stop cuts off is unknown',
    { gracefulStop: '0s' },
    takes(1000),
    { achieved: 4.33, low: 0.87, high: 1 },
  ],
  [
    'iterations that are cut off while they pause are unknown, too',
    { requests: JOURNEY, gracefulStop: '0s' },
    takes(5),
    { achieved: 3.33, low: 0.67, high: 1 },
  ],
];

describe('at the end of the load,', () => {
  for (const [title, { requests = ONE, rate = 5, duration = '6s', gracefulStop = '20s' }, script, expected] of rows)
    it(title, () => {
      const spec = loadTestSpecSchema.parse({
        target: { url: 'http://target', timeout: '20s' },
        ...{ requests, requestOrder: 'Sequential' },
        load: { type: 'Open', open: { stages: [{ duration, rate }] }, gracefulStop },
      });
      const { achieved, reached } = virtualLoad(spec, script).summary.rate;
      const actual = { achieved, low: reached?.low, high: reached?.high };
      for (const key of ['achieved', 'low', 'high'] as const)
        assert.equal(Number(actual[key]?.toFixed(2)), expected[key], key);
    });

  it('a load that waits for responses has no shortfall, and counts what came in time', () => {
    const spec = loadTestSpecSchema.parse({
      target: { url: 'http://target' },
      load: { type: 'Closed', closed: { users: 10, duration: '1s' } },
    });
    const { counts, rate } = virtualLoad(spec, takes(600)).summary;
    assert.deepEqual([counts.done, counts.late, rate.achieved], [20, 10, 10]);
  });
});
