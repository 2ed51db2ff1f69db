import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capacityLoadSchema } from '../../../../api/loadtest/load/capacity-load.ts';
import { Arrivals } from '../../../../model/load/arrivals.ts';
import { capacityLoad, scheduleOfTrial } from '../../../../model/load/capacity-load.ts';
import { enginePositions } from '../../../support/specs/loads.ts';

const load = (fields: object) => capacityLoadSchema.parse({ maxRate: 5000, ...fields });

function dueTimesUs(fields: object, number: number, engines: readonly number[] = [1]): number[] {
  const capacity = load(fields);
  const schedule = scheduleOfTrial(capacity, { number, rate: 12.5, durationMs: 2000 });
  const model = capacityLoad(capacity);
  return enginePositions(engines)
    .flatMap((position) => {
      const arrivals = new Arrivals(schedule, model.planOf(position).stripe);
      const due: number[] = [];
      for (; arrivals.dueUs < Number.POSITIVE_INFINITY; arrivals.advance()) due.push(arrivals.dueUs);
      return due;
    })
    .toSorted((a, b) => a - b);
}

describe('a trial of a capacity load', () => {
  it('has arrivals at its rate, which may be no integer, from its own start', () =>
    assert.deepEqual(
      dueTimesUs({}, 3),
      Array.from({ length: 25 }, (_, n) => n * 80_000),
    ));
  it('has the same arrivals whichever engines share it', () => {
    assert.deepEqual(dueTimesUs({}, 3, [2, 1, 3]), dueTimesUs({}, 3));
    assert.deepEqual(dueTimesUs({ arrivals: 'Poisson' }, 3, [2, 1]), dueTimesUs({ arrivals: 'Poisson' }, 3));
  });
  it('repeats its Poisson process for the same number and seed only', () => {
    const of = (seed: number, number: number) => dueTimesUs({ arrivals: 'Poisson', seed }, number);
    assert.deepEqual(of(1, 3), of(1, 3));
    assert.notDeepEqual(of(1, 3), of(1, 4));
    assert.notDeepEqual(of(1, 3), of(2, 3));
  });
});

describe('the lowest rate of a capacity load', () => {
  const rows: [fields: object, rate: number][] = [
    [{ minRate: 7 }, 7],
    [{}, 50],
    [{ maxRate: 20 }, 1],
  ];
  for (const [fields, rate] of rows)
    it(`is ${rate} with ${JSON.stringify(fields)}`, () =>
      assert.equal(capacityLoad(load(fields)).search?.minRate, rate));
});
