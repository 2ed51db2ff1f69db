import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import { seededRandom } from '../../../../../model/common/random.ts';
import type { Histogram } from '../../../../../model/measure/histogram.ts';
import { virtualLoad } from '../../../../support/virtual-load.ts';
import type { Script } from '../../../../support/virtual-time.ts';

const MS = 1000;
const IN_5_MS: Script = () => ({ outcome: 'response', status: 200, after: 5 * MS });

function specOf(load: object, target: object = {}, rest: object = {}): LoadTestSpec {
  return loadTestSpecSchema.parse({ target: { url: 'http://target', ...target }, load, ...rest });
}

const open = (rate: number, fields: object = {}) => ({
  type: 'Open',
  open: { stages: [{ duration: '2s', rate }], ...fields },
});
const closed = (users: number, fields: object = {}) => ({
  type: 'Closed',
  closed: { users, duration: '2s', ...fields },
});

const ms = (us: number | undefined) => Math.round(us! / 100) / 10;
const rangeOf = ({ min, max }: Histogram) => [ms(min), ms(max)];

/** One stop of 120 ms, and three of 400 ms. */
const ONCE: [number, number][] = [[1_002 * MS, 1_122 * MS]];
const OFTEN: [number, number][] = [100, 700, 1_300].map((from) => [(from + 2) * MS, (from + 402) * MS]);

const stops: [sentence: string, load: object, stopped: [number, number][], measured: number][] = [
  ['an open load', open(100), ONCE, 117],
  ['an open load that is stopped often', open(100), OFTEN, 397],
  ['a closed load', closed(3), ONCE, 117],
  ['a closed load that is stopped often', closed(3), OFTEN, 400],
  ['a closed load with think time', closed(20, { thinkTime: '50ms' }), ONCE, 80],
];

describe('a stop of the generator lengthens the measured times, and those without its part not', () => {
  for (const [sentence, load, stopped, measured] of stops) {
    it(sentence, () => {
      const { summary } = virtualLoad(specOf(load), IN_5_MS, { stopped });
      const { responseTime, serviceTime, withoutGenerator } = summary;
      assert.ok(ms(responseTime.max) >= measured, `${ms(responseTime.max)} ms`);
      assert.equal(ms(withoutGenerator.responseTime.max), 5);
      assert.equal(ms(withoutGenerator.serviceTime.max), 5);
      assert.equal(withoutGenerator.responseTime.count, responseTime.count);
      assert.equal(withoutGenerator.serviceTime.count, serviceTime.count);
      const usual = ms(withoutGenerator.responseTime.valueAtPercentile(50));
      assert.ok(usual <= 5 && (usual === 5 || stopped === OFTEN), `${usual} ms`);
    });
  }

  it('while it connects, in several steps', () => {
    const connects: Script = () => ({ outcome: 'response', status: 200, connect: 30 * MS, after: 5 * MS });
    const { summary } = virtualLoad(specOf(open(1)), connects, { stopped: [[10 * MS, 200 * MS]] });
    assert.deepEqual([Math.round(ms(summary.responseTime.max)), ms(summary.serviceTime.max)], [205, 5]);
    assert.ok(ms(summary.withoutGenerator.responseTime.max) <= 35);
  });

  for (const [sentence, load] of [
    ['in the middle of the write of an open load', open(100)],
    ['in the middle of the write of a closed load', closed(3)],
  ] as const) {
    it(sentence, () => {
      const stoppedAtFifth: Script = (_, n) => ({
        ...{ outcome: 'response', status: 200, after: 5 * MS },
        ...(n === 5 && { writing: 50 * MS }),
      });
      const { serviceTime, responseTime, firstByte, withoutGenerator } = virtualLoad(
        specOf(load),
        stoppedAtFifth,
      ).summary;
      for (const times of [serviceTime, responseTime, firstByte]) assert.ok(ms(times.max) >= 55, `${ms(times.max)} ms`);
      for (const times of Object.values(withoutGenerator)) assert.equal(ms(times.max), 5);
    });
  }

  it('between the arrival of the first request and the start of its connection', () => {
    const connects: Script = () => ({ outcome: 'response', status: 200, connect: 1 * MS, after: 5 * MS });
    const { responseTime, withoutGenerator } = virtualLoad(specOf(open(1)), connects, { making: 20 * MS }).summary;
    assert.equal(ms(responseTime.max), 26);
    assert.ok(ms(withoutGenerator.responseTime.max) <= 6, `${ms(withoutGenerator.responseTime.max)} ms`);
  });

  it('while an iteration thinks', () => {
    const requests = [{ name: 'first' }, { name: 'second', thinkTime: '20ms' }];
    const spec = specOf(open(10), {}, { requests, requestOrder: 'Sequential' });
    const { summary } = virtualLoad(spec, IN_5_MS, { stopped: [[1_010 * MS, 1_090 * MS]] });
    assert.ok(ms(summary.responseTime.max) >= 70);
    assert.equal(ms(summary.withoutGenerator.responseTime.max), 5);
  });

  it('while it follows redirects', () => {
    const twice: Script = (request) =>
      request.path === '/'
        ? { outcome: 'response', status: 302, headers: { location: ['/next'] }, after: 5 * MS }
        : { outcome: 'response', status: 200, after: 5 * MS };
    const spec = specOf(open(10), { http: { maxRedirects: 2 } });
    const { summary } = virtualLoad(spec, twice, { stopped: [[1_002 * MS, 1_052 * MS]] });
    assert.equal(ms(summary.responseTime.max), 57);
    assert.equal(ms(summary.withoutGenerator.responseTime.max), 10);
  });
});

describe('a wait for a connection', () => {
  const slow: Script = () => ({ outcome: 'response', status: 200, after: 40 * MS });

  it("that the user's own limit causes is the target's time", () => {
    const { summary } = virtualLoad(specOf(open(30)), slow, { most: 1 });
    assert.ok(ms(summary.responseTime.max) > 300);
    assert.deepEqual(rangeOf(summary.withoutGenerator.responseTime), rangeOf(summary.responseTime));
  });

  it('is not the target’s time as far as a stop has delayed the requests before', () => {
    const rate = specOf(open(20));
    const { summary } = virtualLoad(rate, slow, { most: 1, stopped: [[1_030 * MS, 1_150 * MS]] });
    assert.ok(ms(summary.responseTime.max) >= 120);
    assert.equal(ms(summary.withoutGenerator.responseTime.max), 40);
  });

  it('that the limit of openings causes is the generator’s', () => {
    const expensive: Script = () => ({ outcome: 'response', status: 200, work: 3 * MS, after: 5 * MS });
    const { summary } = virtualLoad(
      specOf(open(10_000, { maxInFlight: 500, stages: [{ duration: '10ms', rate: 10_000 }] })),
      expensive,
    );
    assert.ok(ms(summary.responseTime.max) > 20);
    assert.ok(ms(summary.withoutGenerator.responseTime.max) <= 8.1, `${ms(summary.withoutGenerator.responseTime.max)}`);
  });
});

describe('after a stop that is longer than the timeout', () => {
  const stopped: [number, number][] = [[1_002 * MS, 1_402 * MS]];
  const target = { timeout: '100ms' };

  it('responses that wait in the socket are no timeouts', () => {
    for (const load of [open(100), closed(5)]) {
      const { summary } = virtualLoad(specOf(load, target), IN_5_MS, { stopped });
      assert.deepEqual([summary.counts.timeout, summary.counts.done], [0, summary.counts.made]);
    }
  });

  it('requests without a response time out, after the timeout as far as the target can tell', () => {
    const { summary } = virtualLoad(specOf(open(100), target), () => ({ outcome: 'never' }), { stopped });
    assert.equal(summary.counts.timeout, summary.counts.made);
    const { serviceTime, responseTime } = summary.withoutGenerator;
    assert.deepEqual(
      [serviceTime, responseTime].map((times) => ms(times.max)),
      [100, 100],
    );
    assert.deepEqual(
      [serviceTime, responseTime].map((times) => ms(times.valueAtPercentile(50))),
      [100, 100],
    );
    assert.ok(ms(summary.serviceTime.max) > 390);
  });
});

describe('a burst after a stop', () => {
  /** A target that serves one request at a time, each for 8 ms. */
  const oneAtATime = (): Script => {
    let freeUs = 0;
    return (_, __, nowUs) => {
      freeUs = Math.max(freeUs, nowUs) + 8 * MS;
      return { outcome: 'response', status: 200, after: freeUs - nowUs };
    };
  };

  for (const [sentence, load] of [
    ['queues in the target of an open load', open(100)],
    ['queues in the target of a closed load', closed(20, { thinkTime: '250ms', rampUp: '250ms' })],
  ] as const) {
    it(`${sentence}, which is not the target's time`, () => {
      const undisturbed = virtualLoad(specOf(load), oneAtATime()).summary.serviceTime.max;
      const { summary } = virtualLoad(specOf(load), oneAtATime(), { stopped: [[1_002 * MS, 1_202 * MS]] });
      assert.ok(ms(summary.serviceTime.max) > 2 * ms(undisturbed), `${ms(summary.serviceTime.max)} ms`);
      assert.ok(ms(summary.withoutGenerator.serviceTime.max) <= ms(undisturbed) + 1);
      assert.ok(ms(summary.withoutGenerator.responseTime.max) <= ms(undisturbed) + 1);
    });
  }
});

describe('the counters', () => {
  it('of dropped arrivals say that a stop caused them', () => {
    const { summary } = virtualLoad(specOf(open(100, { maxInFlight: 5 })), IN_5_MS, {
      stopped: [[1_002 * MS, 1_302 * MS]],
    });
    const { dropped, droppedByGenerator } = summary.counts;
    assert.ok(dropped > 20, `${dropped} dropped`);
    assert.equal(droppedByGenerator, dropped);
  });

  it('of dropped arrivals never blame the generator for a target that hangs', () => {
    const { summary } = virtualLoad(specOf(open(100, { maxInFlight: 5 })), () => ({ outcome: 'never' }));
    assert.ok(summary.counts.dropped > 100);
    assert.equal(summary.counts.droppedByGenerator, 0);
  });

  it('of late responses say which a stop at the end made late', () => {
    const { summary } = virtualLoad(specOf(open(100)), IN_5_MS, { stopped: [[1_952 * MS, 2_052 * MS]] });
    assert.deepEqual([summary.counts.late, summary.counts.lateByGenerator], [5, 5]);
  });

  it('of requests cut off say which a stop at the end may have kept from ending', () => {
    const spec = specOf(open(100), {}, { load: { ...open(100), gracefulStop: '0s' } });
    const { summary } = virtualLoad(spec, IN_5_MS, { stopped: [[1_952 * MS, 2_052 * MS]] });
    assert.deepEqual([summary.counts.aborted, summary.counts.abortedByGenerator], [4, 4]);
  });

  it('of requests cut off never blame the generator for a target that hangs', () => {
    const spec = specOf(open(100), {}, { load: { ...open(100), gracefulStop: '300ms' } });
    const { summary } = virtualLoad(spec, () => ({ outcome: 'never' }));
    assert.ok(summary.counts.aborted > 100, `${summary.counts.aborted} cut off`);
    assert.equal(summary.counts.abortedByGenerator, 0);
  });

  it('of requests cut off at once do not either, although the generator stopped at the end', () => {
    for (const load of [open(100), { type: 'Closed', closed: { users: 3, duration: '2s' } }]) {
      const { summary } = virtualLoad(
        specOf(open(100), {}, { load: { ...load, gracefulStop: '0s' } }),
        () => ({ outcome: 'never' }),
        { stopped: [[1_970 * MS, 2_010 * MS]] },
      );
      const { aborted, abortedByGenerator } = summary.counts;
      // Those that had just been sent may have been answered.
      assert.ok(aborted >= 3 && abortedByGenerator <= 10, `${abortedByGenerator} of ${aborted}`);
      if (load.type === 'Closed') assert.equal(abortedByGenerator, 0);
    }
  });

  it('of late responses never blame the generator for a slow target', () => {
    const slower: Script = (_request, number) => ({ outcome: 'response', status: 200, after: (50 + number) * MS });
    const { summary } = virtualLoad(specOf(open(100)), slower);
    assert.deepEqual([summary.counts.late, summary.counts.lateByGenerator], [22, 0]);
  });
});

it('a request that is cut off right after a stop may have had its response in the socket', () => {
  const spec = specOf(open(10));
  const { summary } = virtualLoad(spec, IN_5_MS, { stopped: [[1_902 * MS, 1_960 * MS]], stopAt: 1_950 * MS });
  assert.equal(summary.counts.aborted, 1);
  assert.deepEqual([ms(summary.responseTime.max), ms(summary.withoutGenerator.responseTime.max)], [50, 5]);
});

it('property: without disturbances the generator has no part in any time, whatever the target does', () => {
  const random = seededRandom(50);
  const any: Script = () =>
    random() < 0.1
      ? { outcome: 'never' }
      : {
          outcome: 'response',
          status: 200,
          connect: random() < 0.5 ? 0 : random() * 9 * MS,
          after: random() * 90 * MS,
        };
  for (let round = 0; round < 50; round++) {
    const load = random() < 0.5 ? open(1 + Math.floor(random() * 200)) : closed(1 + Math.floor(random() * 20));
    const { summary } = virtualLoad(specOf(load, { timeout: '80ms' }), any, { most: random() < 0.5 ? 3 : 1000 });
    const { counts, responseTime, serviceTime, withoutGenerator } = summary;
    for (const [without, measured] of [
      [withoutGenerator.responseTime, responseTime],
      [withoutGenerator.serviceTime, serviceTime],
    ] as const) {
      assert.equal(without.count, measured.count, `round ${round}`);
      // An observation right after another is left out, which counts up to 50 us, also for those that wait.
      for (const p of [0, 50, 90, 100]) {
        const time = measured.valueAtPercentile(p)!;
        const own = time - without.valueAtPercentile(p)!;
        assert.ok(own >= 0 && own <= 100 + 0.01 * time, `round ${round}: p${p} ${own} us of ${time} us`);
      }
    }
    assert.deepEqual([counts.lateByGenerator, counts.droppedByGenerator], [0, 0], `round ${round}`);
  }
});
