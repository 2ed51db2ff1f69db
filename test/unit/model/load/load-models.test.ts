import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadModel } from '../../../../model/load/load-model.ts';
import { loadModelOf } from '../../../../model/load/load-models.ts';
import { closed, open, specWithLoad } from '../../../support/specs/loads.ts';

const modelOf = (load: object): LoadModel => loadModelOf(specWithLoad(load).load);

/** From 60/min to 600/min in 10s, then a jump to 1200/min for 5s. */
const STAGES = [
  { duration: '10s', rate: 600 },
  { duration: '0s', rate: 1200 },
  { duration: '5s', rate: 1200 },
];
const RAMP = { type: 'Open', open: { startRate: 60, stages: STAGES, per: '1m', maxInFlight: 50 } };
const USERS = closed({ users: 20, duration: '1m', rampUp: '2s', thinkTime: '100ms' });
const SEARCH = { type: 'Capacity', capacity: { maxRate: 5000, maxInFlight: 50, deadline: '20m' } };
const ITERATIONS = { type: 'Closed', closed: { users: 1, iterations: 1500 } };

const FACTS: [title: string, load: object, facts: Partial<LoadModel>][] = [
  [
    'an open load',
    RAMP,
    {
      lengthUs: 15e6,
      lengthField: 'load.open.stages',
      iterations: Infinity,
      isPaced: true,
      peakPerSecond: 20,
      inFlightLimit: { count: 50, field: 'load.open.maxInFlight' },
    },
  ],
  ['an open load that starts with its highest rate', open(5, { startRate: 70 }), { lengthUs: 2e6, peakPerSecond: 70 }],
  [
    'a closed load',
    USERS,
    {
      lengthUs: 60e6,
      lengthField: 'load.closed.duration',
      iterations: Infinity,
      isPaced: false,
      peakPerSecond: undefined,
      inFlightLimit: undefined,
    },
  ],
  [
    'a search for the capacity',
    SEARCH,
    {
      lengthUs: 1200e6,
      lengthField: 'load.capacity.deadline',
      iterations: Infinity,
      isPaced: true,
      peakPerSecond: 5000,
      inFlightLimit: { count: 50, field: 'load.capacity.maxInFlight' },
    },
  ],
  ['a closed load limited by iterations', ITERATIONS, { lengthUs: Infinity, iterations: 1500 }],
  ['a closed load limited by iterations and duration', closed({ iterations: 7 }), { lengthUs: 1e6, iterations: 7 }],
];
for (const [title, load, facts] of FACTS)
  describe(title, () => {
    const model = modelOf(load);
    for (const [name, value] of Object.entries(facts))
      it(`has ${name} ${JSON.stringify(value) ?? value}`, () =>
        assert.deepEqual(model[name as keyof LoadModel], value));
  });

describe('the rate of an open load, and the arrivals until a time', () => {
  const rows: [seconds: number, perSecond: number, arrivals: number][] = [
    [0, 1, 0],
    [5, 5.5, 16.25],
    [10, 20, 55],
    [14.999_999, 20, 154.999_98],
    [15, 0, 155],
    [60, 0, 155],
  ];
  const close = (actual: number | undefined, expected: number) =>
    assert.ok(Math.abs(actual! - expected) < 1e-6, `${actual} is not ${expected}`);
  for (const [seconds, perSecond, arrivals] of rows)
    it(`are ${perSecond}/s and ${arrivals} after ${seconds}s`, () => {
      close(modelOf(RAMP).perSecondAt(seconds * 1e6), perSecond);
      close(modelOf(RAMP).arrivalsUntil(seconds * 1e6), arrivals);
    });
  it('are unknown for a closed load', () =>
    assert.deepEqual([modelOf(USERS).perSecondAt(0), modelOf(USERS).arrivalsUntil(1e6)], [undefined, undefined]));
});

describe('the description', () => {
  const rows: [load: object, description: string][] = [
    [RAMP, 'open model, uniform arrivals: 60 to 600 per 1m in 10s, 600 to 1,200 per 1m in 0s, 1,200 per 1m for 5s'],
    [open(2500, { arrivals: 'Poisson' }), 'open model, Poisson arrivals: 2,500/s for 2s'],
    [USERS, 'closed model: 20 users, think time 100ms, for 1m'],
    [SEARCH, 'capacity search, uniform arrivals: 50/s to 5,000/s within 5%, at most 20m'],
    [ITERATIONS, 'closed model: 1 user, think time 0s, for 1,500 iterations'],
    [closed({ iterations: 7 }), 'closed model: 1 user, think time 0s, for 1s or 7 iterations'],
  ];
  for (const [load, description] of rows) it(description, () => assert.equal(modelOf(load).description(), description));
});

describe('the fields that comparable loads share', () => {
  const changed = (a: object, b: object) => {
    const [before, after] = [modelOf(a).comparedFields(), modelOf(b).comparedFields()];
    return Object.keys(before).filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  };
  const perMinute = { startRate: 300, per: '1m', stages: [{ duration: '2000ms', rate: 300 }] };
  const rows: [sentence: string, a: object, b: object, fields: string[]][] = [
    ['are equal for the same rate in other units', open(5), open(5, perMinute), []],
    ['ignore the seed and the limit of in-flight requests', open(5), open(5, { seed: 7, maxInFlight: 3 }), []],
    ['include the rate', open(5), open(6, { startRate: 5 }), ['load.open.stages']],
    ['include the start rate', open(5), open(5, { startRate: 4 }), ['load.open.startRate']],
    ['include the arrival process', open(5), open(5, { arrivals: 'Poisson' }), ['load.open.arrivals']],
    ['of searches ignore the range', SEARCH, { type: 'Capacity', capacity: { maxRate: 7 } }, []],
    ['are equal for the same duration in other units', closed({}), closed({ duration: '1000ms' }), []],
    ['include the users', closed({}), closed({ users: 2 }), ['load.closed.users']],
    ['include the think time', closed({}), closed({ thinkTime: '1s' }), ['load.closed.thinkTime']],
    ['include the ramp', closed({}), closed({ rampUp: '1s' }), ['load.closed.rampUp']],
    ['include the duration', closed({}), closed({ duration: '2s' }), ['load.closed.duration']],
    ['include the iterations', closed({}), closed({ iterations: 2 }), ['load.closed.iterations']],
  ];
  for (const [sentence, a, b, fields] of rows) it(sentence, () => assert.deepEqual(changed(a, b), fields));
});

describe('the problems with the size of a load', () => {
  const rows: [load: object, limits: { maxRate?: number; maxUsers?: number }, problems: string[]][] = [
    [RAMP, {}, []],
    [RAMP, { maxRate: 20, maxUsers: 1 }, []],
    [RAMP, { maxRate: 19 }, ['load.open.stages[1].rate: exceeds the limit of 19 a second']],
    [
      open(5, { startRate: 70 }),
      { maxRate: 4 },
      [
        'load.open.startRate: exceeds the limit of 4 a second',
        'load.open.stages[0].rate: exceeds the limit of 4 a second',
      ],
    ],
    [SEARCH, { maxRate: 5000 }, []],
    [SEARCH, { maxRate: 4999 }, ['load.capacity.maxRate: exceeds the limit of 4999 a second']],
    [USERS, { maxRate: 1, maxUsers: 20 }, []],
    [USERS, { maxUsers: 19 }, ['load.closed.users: 20 exceeds the limit of 19']],
  ];
  for (const [load, limits, problems] of rows)
    it(`are ${problems.length} with ${JSON.stringify(limits)} for ${modelOf(load).description()}`, () =>
      assert.deepEqual(modelOf(load).sizeProblems(limits), problems));
});
