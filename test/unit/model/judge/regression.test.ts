import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Comparison } from '../../../../api/status/comparison.ts';
import { judge } from '../../../../model/judge/verdict.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { type Measured, measured } from '../../../support/results/measured.ts';

const LOAD = { type: 'Open', open: { stages: [{ duration: '10s', rate: 10 }] } };
const spec = loadTestSpecSchema.parse({
  target: { url: 'http://target' },
  load: LOAD,
  thresholds: [{ metric: 'responseTime.max', max: '10s' }],
});

/** A comparison in which the metrics have regressed. */
function regressed(...metrics: [metric: string, baseline: string, observed: string][]): Comparison {
  return {
    baseline: 'v41',
    maxRegression: '10%',
    result: 'Regressed',
    message: 'it is worse than v41',
    metrics: metrics.map(([metric, baseline, observed]) => ({ metric, baseline, observed, result: 'Regressed' })),
  };
}

const SLOW: Measured = { times: Array(100).fill(60) };

const ROWS: [title: string, run: Measured, comparison: Comparison, verdict: string][] = [
  [
    'a healthy generator explains no regression',
    SLOW,
    regressed(['responseTime.p95', '50ms', '60ms']),
    'False/Regressed',
  ],
  [
    'the own delay of the generator explains a regression that is gone without it',
    { ...SLOW, own: 8 },
    regressed(['responseTime.p95', '50ms', '60ms']),
    'Unknown/GeneratorSaturated',
  ],
  [
    'an own delay explains no regression that remains without it',
    { ...SLOW, own: 3 },
    regressed(['responseTime.p95', '50ms', '60ms']),
    'False/Regressed',
  ],
  [
    'an own delay explains no regression of the errors',
    { ...SLOW, own: 8 },
    regressed(['responseTime.p95', '50ms', '60ms'], ['errors', '0%', '5%']),
    'False/Regressed',
  ],
  [
    'responses that came late by an own delay explain a regression of the rate',
    { counts: { late: 20, lateByGenerator: 20 } },
    regressed(['rate', '10', '8']),
    'Unknown/GeneratorSaturated',
  ],
];
for (const [title, run, comparison, verdict] of ROWS)
  test(`regression: ${title}: ${verdict}`, () => {
    const whole = { desired: 1, lost: 0 };
    const { passed } = judge(spec, summarise(spec, [measured(run)]), whole, undefined, {
      comparison,
      isAvailable: true,
    });
    assert.equal(`${passed.status}/${passed.reason}`, verdict);
    assert.match(passed.message, /it is worse than v41/);
  });
