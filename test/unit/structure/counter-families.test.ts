import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTER_NAMES, COUNTERS, counterMetric, GAUGES } from '../../../api/status/counters.ts';
import { testMetrics } from '../../../operator/metrics/loadtest-metrics.ts';
import { runnerMetrics } from '../../../runner/agent/metrics/metrics.ts';

const programs: [program: string, prefix: string, text: string][] = [
  ['a runner', 'loadtest_runner', await runnerMetrics({ loadtest_namespace: '', loadtest: '', runner: '' }, undefined)],
  ['the operator', 'loadtest', [...testMetrics([])].join('')],
];

for (const [program, prefix, text] of programs) {
  const families = [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(([, ...family]) => family);
  const ofRequests = families.filter(([name]) => name!.startsWith(`${prefix}_requests_`));

  test(`${program} has a family for each counter and gauge, with the help of the table`, () => {
    const counter = (name: (typeof COUNTER_NAMES)[number]) => [
      `${prefix}_requests_${counterMetric(name)}_total`,
      COUNTERS[name].help,
      'counter',
    ];
    const gauge = (name: (typeof GAUGES)[number]) => [
      `${prefix}_requests_${counterMetric(name)}`,
      COUNTERS[name].help,
      'gauge',
    ];
    assert.deepEqual(ofRequests.sort(), [...COUNTER_NAMES.map(counter), ...GAUGES.map(gauge)].sort());
  });
}
