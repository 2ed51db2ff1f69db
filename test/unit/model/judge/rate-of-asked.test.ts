import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { seededRandom } from '../../../../model/common/random.ts';
import { abortViolations } from '../../../../model/judge/abort.ts';
import { judge } from '../../../../model/judge/verdict.ts';
import { TimelineRecorder } from '../../../../model/measure/timeline.ts';
import { violationText } from '../../../../model/metrics/violation.ts';
import { virtualLoad } from '../../../support/virtual-load.ts';
import type { Script } from '../../../support/virtual-time.ts';

const MS = 1000;
const S = 1000 * MS;
const OK = { outcome: 'response' as const, status: 200 };

const rampTo = (rate: number, seconds = 25) => ({ startRate: 0, stages: [{ duration: `${seconds}s`, rate }] });
const steady = (rate: number, seconds = 25) => ({ stages: [{ duration: `${seconds}s`, rate }] });
const MAKES_A_JOURNEY = {
  requestOrder: 'Sequential',
  requests: [{ name: 'login' }, { name: 'browse', thinkTime: '3s' }, { name: 'pay', thinkTime: '2s' }],
};

function specOf(open: object, limits: object, fields: object = {}) {
  const thresholds = [{ metric: 'rate', ...limits }];
  const load = { type: 'Open', open, gracefulStop: '30s' };
  return loadTestSpecSchema.parse({ target: { url: 'http://target', timeout: '20s' }, load, thresholds, ...fields });
}

/** A target that takes `serviceMs` for each request, however many it has. */
const takes =
  (serviceMs: number): Script =>
  () => ({ ...OK, after: serviceMs * MS });

/** A target whose times scatter around a mean by an exponential distribution. */
function scatters(meanMs: number): Script {
  const random = seededRandom(7);
  return () => ({ ...OK, after: Math.round(-Math.log(1 - random()) * meanMs * MS) });
}

/** A target that serves `perSecond` requests one after the other. */
function serves(perSecond: number, serviceMs = 0): Script {
  let freeUs = 0;
  return (_request, _number, nowUs) => {
    freeUs = Math.max(freeUs, nowUs) + S / perSecond;
    return { ...OK, after: Math.round(freeUs - nowUs) + serviceMs * MS };
  };
}

/** A target that answers nothing more from a time on. */
const hangsFrom =
  (seconds: number): Script =>
  (_request, _number, nowUs) =>
    nowUs < seconds * S ? { ...OK, after: 5 * MS } : { outcome: 'never' };

/** The second at which the threshold ends the load, and its text; undefined when it ends as planned. */
function abortOf(spec: ReturnType<typeof specOf>, script: Script): string | undefined {
  const timeline = new TimelineRecorder(1000);
  let first: string | undefined;
  virtualLoad(spec, script, {
    everySecond(snapshot) {
      if (!timeline.record([snapshot])) return;
      const { window, elapsedMs } = timeline;
      const [violation] = abortViolations(spec, { window, elapsedMs });
      if (violation !== undefined) first ??= `at ${elapsedMs / 1000}s ${violationText(violation)}`;
    },
  });
  return first;
}

const LEAST = { min: '95%', abort: true };

const aborts: [title: string, open: object, script: Script, expected: RegExp | undefined, fields?: object][] = [
  ['a fast target on a ramp is not ended', rampTo(40), takes(5), undefined],
  ['a target that takes 2s is not ended on a ramp', rampTo(40), takes(2000), undefined],
  [
    'a target that takes 12s is not ended, although nothing was done in the first interval',
    steady(20),
    takes(12_000),
    undefined,
  ],
  ['a target whose times scatter around 1s is not ended on a ramp', rampTo(40), scatters(1000), undefined],
  ['iterations of 5s are not ended on a ramp', rampTo(20), takes(100), undefined, MAKES_A_JOURNEY],
  ['nor at a constant rate', steady(20), takes(100), undefined, MAKES_A_JOURNEY],
  ['Poisson arrivals at a low rate are not ended', { ...steady(5), arrivals: 'Poisson' }, takes(300), undefined],
  [
    'a jump of the rate ends nothing',
    {
      stages: [
        { duration: '15s', rate: 5 },
        { duration: '0s', rate: 50 },
        { duration: '15s', rate: 50 },
      ],
    },
    takes(1500),
    undefined,
  ],
  [
    'nor does a fall of the rate',
    {
      stages: [
        { duration: '15s', rate: 50 },
        { duration: '0s', rate: 5 },
        { duration: '15s', rate: 5 },
      ],
    },
    takes(1500),
    undefined,
  ],
  [
    'a pause ends nothing',
    {
      stages: [
        { duration: '12s', rate: 20 },
        { duration: '0s', rate: 0 },
        { duration: '25s', rate: 0 },
      ],
    },
    takes(50),
    undefined,
  ],
  [
    'a target that serves half of it is ended',
    steady(40),
    serves(20),
    /^at (9|10)s rate 6[0-9.]+% of 40\/s asked is below 95%$/,
  ],
  [
    'a target that a ramp takes beyond its limit is ended',
    rampTo(80),
    serves(40),
    /^at 1[0-9]s rate 89[0-9.]*% of [0-9.]+\/s asked is below 95%$/,
  ],
  [
    'a target that stops to answer is ended',
    steady(20),
    hangsFrom(20),
    /^at (19|20|21)s rate [0-9.]+% of 20\/s asked is below 95%$/,
  ],
  [
    'a target that never answers is ended when it is clear that nothing comes',
    steady(20, 60),
    hangsFrom(0),
    /^at [23][0-9]s rate 0% of 20\/s asked is below 95%$/,
  ],
];

describe('with abort and at least 95% of the rate asked,', () => {
  for (const [title, open, script, expected, fields] of aborts)
    it(title, () => {
      const actual = abortOf(specOf(open, LEAST, fields), script);
      if (expected === undefined) assert.equal(actual, undefined);
      else assert.match(actual ?? 'not ended', expected);
    });
});

type Verdict = [
  title: string,
  open: object,
  limits: object,
  script: Script,
  passed: 'True' | 'False',
  message: RegExp,
  fields?: object,
];

const verdicts: Verdict[] = [
  [
    'a target that keeps up passes',
    steady(20, 5),
    { min: '100%' },
    takes(5),
    'True',
    /^the one threshold holds; 100 of 100 requests done, 20\/s/,
  ],
  [
    'a target that falls behind fails',
    steady(60, 3),
    { min: '95%' },
    serves(20),
    'False',
    /^rate 33\.3% of 60\/s asked is below 95%; 180 of 180 requests done, 19\.67\/s/,
  ],
  [
    'errors were not reached',
    steady(20, 5),
    { min: '95%' },
    (_r, n) => (n % 10 === 0 ? { outcome: 'fail', code: 'ECONNRESET', after: 0 } : { ...OK, after: 0 }),
    'False',
    /^rate 90% of 20\/s asked is below 95%/,
  ],
  [
    'more than asked breaks a maximum',
    steady(20, 5),
    { max: '99%' },
    takes(5),
    'False',
    /^rate 100% of 20\/s asked exceeds 99%/,
  ],
];

describe('a threshold on the share of the rate asked', () => {
  for (const [title, open, limits, script, expected, message, fields] of verdicts)
    it(title, () => {
      const spec = specOf(open, limits, fields);
      const { summary } = virtualLoad(spec, script);
      const { passed } = judge(spec, summary, { desired: 1, lost: 0 });
      assert.match(passed.message, message);
      assert.equal(passed.status, expected);
    });
});
