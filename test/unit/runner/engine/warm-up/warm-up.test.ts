import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import { loadModelOf } from '../../../../../model/load/load-models.ts';
import type { TransportName } from '../../../../../model/request/transport.ts';
import { warmUp, warmUpFor } from '../../../../../runner/engine/warm-up/warm-up.ts';
import { until } from '../../../../cluster/system/wait.ts';

const open = (load: object) => ({ type: 'Open', open: { stages: [{ duration: '3s', rate: 2000 }], ...load } });
const THOROUGH = 2200;
const BRIEF = 23;
const NONE = 0;

const cases: [sentence: string, load: object, runners: number, transport: TransportName, requests: number][] = [
  [
    'a load that starts with a thousand requests per second and runner has a thorough warm-up',
    open({}),
    2,
    'Lean',
    THOROUGH,
  ],
  ['a load that starts with fewer requests per runner has a brief warm-up', open({}), 3, 'Lean', BRIEF],
  [
    'a load that starts slowly has a brief warm-up, because its code has run before the load is high',
    open({ startRate: 0 }),
    1,
    'Lean',
    BRIEF,
  ],
  [
    'a load that starts with a pause has a brief warm-up',
    open({ stages: [0, 0, 9000].map((rate) => ({ duration: '1s', rate })) }),
    1,
    'Lean',
    BRIEF,
  ],
  [
    'a load with a slow first minute has a brief warm-up',
    open({
      startRate: 5,
      stages: [
        { duration: '60s', rate: 5 },
        { duration: '5s', rate: 9000 },
      ],
    }),
    1,
    'Lean',
    BRIEF,
  ],
  [
    'a closed load has a brief warm-up, because its users wait for their responses',
    { type: 'Closed', closed: { users: 500, duration: '3s' } },
    1,
    'Lean',
    BRIEF,
  ],
  [
    'a search that may reach so many has a thorough warm-up, because a trial begins with its whole rate',
    { type: 'Capacity', capacity: { maxRate: 2000 } },
    2,
    'Lean',
    THOROUGH,
  ],
  ['a load over HTTP/2 has the same warm-up', open({}), 1, 'HTTP2', THOROUGH],
  ['a reference transport has no warm-up, because its code differs', open({}), 1, 'Undici', NONE],
];

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

describe('the choice of a warm-up:', () => {
  for (const [sentence, load, count, transport, requests] of cases)
    it(sentence, () => {
      const spec = loadTestSpecSchema.parse({ target: { url: 'http://shop.svc' }, load });
      assert.equal(sum(warmUpFor(loadModelOf(spec.load), count, transport)), requests);
    });
});

for (const transport of ['Lean', 'HTTP2'] as const)
  test(`a warm-up by ${transport} sends its requests and leaves no resource open`, async () => {
    const open = () =>
      process.getActiveResourcesInfo().filter((resource) => /TCP|Timeout|Message|Immediate/.test(resource));
    const before = open();
    assert.equal(await warmUp([3, 20, 100], transport), 123);
    await until('its last connections to close', () => isDeepStrictEqual(open(), before) || undefined, {
      timeoutMs: 2000,
    });
  });

test('an empty warm-up sends no request', async () => {
  assert.equal(await warmUp([], 'Lean'), 0);
});
