import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { loadTestSpecSchema } from '../../api/loadtest.ts';
import { planOf } from '../../model/plan.ts';
import type { TransportName } from '../../model/transport.ts';
import { needsRehearsal, rehearse } from '../../runner/rehearsal.ts';
import { until } from '../cluster/wait.ts';

const open = (load: object) => ({ type: 'Open', open: { stages: [{ duration: '3s', rate: 2000 }], ...load } });

const cases: [sentence: string, load: object, runners: number, transport: TransportName, expected: boolean][] = [
  ['a load that begins with thousands a second does', open({}), 1, 'Lean', true],
  ['one whose runners begin with less each does not', open({}), 2, 'Lean', false],
  ['one that begins slowly has run its code when it is fast', open({ startRate: 0 }), 1, 'Lean', false],
  [
    'so has one that begins with a pause',
    open({ stages: [0, 0, 9000].map((rate) => ({ duration: '1s', rate })) }),
    1,
    'Lean',
    false,
  ],
  [
    'one with a slow minute before the rush does not',
    open({
      startRate: 5,
      stages: [
        { duration: '60s', rate: 5 },
        { duration: '5s', rate: 9000 },
      ],
    }),
    1,
    'Lean',
    false,
  ],
  ['the other transports have code of their own', open({}), 1, 'Undici', false],
  [
    'users of a closed load wait for their answers',
    { type: 'Closed', closed: { users: 500, duration: '3s' } },
    1,
    'Lean',
    false,
  ],
];

describe('a rehearsal is needed:', () => {
  for (const [sentence, load, count, transport, expected] of cases)
    it(sentence, () => {
      const spec = loadTestSpecSchema.parse({ target: { url: 'http://shop.svc' }, load });
      const plan = planOf(spec, { runner: { index: 0, count }, worker: { index: 0, count: 1 } });
      assert.equal(needsRehearsal(plan, transport), expected);
    });
});

test('a rehearsal makes its requests and leaves nothing open', async () => {
  const open = () => process.getActiveResourcesInfo().filter((what) => /TCP|Timeout/.test(what));
  const before = open();
  assert.equal(await rehearse(), 2200);
  await until('its last connections have closed', () => isDeepStrictEqual(open(), before) || undefined, {
    timeoutMs: 2000,
  });
});
