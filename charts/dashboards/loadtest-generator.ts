import { counterOf, perSecond, quantileOf, sumOf } from '../promql.ts';
import type { Row } from './frame.ts';
import { SELECTED } from './loadtest-result.ts';
import { graph, table } from './panels.ts';

const BY_RUNNER = { where: SELECTED, window: '$__rate_interval', by: ['runner'] };
const final = (metric: string) => `last_over_time(${metric}{${SELECTED}}[$__range])`;
const ofRunner = (metric: string) => `sum by (runner) (${final(metric)})`;

export const GENERATOR: Row = {
  title: 'The generator itself',
  panels: [
    graph({
      title: 'Pacing lag',
      description: 'Actual minus intended send time. Near the service time, the result describes the generator.',
      unit: 's',
      queries: [0.5, 0.99].map((quantile) => ({
        expr: quantileOf(quantile, 'loadtest_runner_pacing_lag_seconds', BY_RUNNER),
        legend: `p${quantile * 100} {{runner}}`,
      })),
    }),
    graph({
      title: 'CPU and event loop',
      description: 'Share of one core, by runner; 100% is the maximum of an event loop.',
      unit: 'percentunit',
      queries: [
        { expr: perSecond('loadtest_runner_cpu_seconds_total', BY_RUNNER), legend: 'CPU {{runner}}' },
        { expr: sumOf('loadtest_runner_event_loop_utilization', BY_RUNNER), legend: 'event loop {{runner}}' },
      ],
    }),
    graph({
      title: 'Stopped',
      description: 'Share of time in which a CPU limit or garbage collection stopped a runner.',
      unit: 'percentunit',
      queries: [
        { expr: perSecond('loadtest_runner_throttled_seconds_total', BY_RUNNER), legend: 'CPU limit {{runner}}' },
        { expr: perSecond('loadtest_runner_gc_seconds_total', BY_RUNNER), legend: 'collection {{runner}}' },
      ],
    }),
    graph({
      title: 'In flight by runner',
      description: 'Requests that have no outcome yet.',
      queries: [{ expr: sumOf('loadtest_runner_requests_in_flight', BY_RUNNER), legend: '{{runner}}' }],
    }),
    table(
      {
        title: 'Runners',
        description: 'Each runner, from its final values in the time range.',
        none: 'no runner was scraped in this time range',
      },
      { runner: 'runner' },
      [
        { name: 'made', expr: ofRunner(counterOf('made', 'loadtest_runner')) },
        { name: 'done', expr: ofRunner(counterOf('done', 'loadtest_runner')) },
        {
          name: 'pacing lag p99',
          expr: `histogram_quantile(0.99, sum by (runner, le) (${final('loadtest_runner_pacing_lag_seconds_bucket')}))`,
          unit: 's',
        },
        { name: 'event loop', expr: ofRunner('loadtest_runner_event_loop_utilization'), unit: 'percentunit' },
        { name: 'CPU time', expr: ofRunner('loadtest_runner_cpu_seconds_total'), unit: 's' },
        { name: 'throttled', expr: ofRunner('loadtest_runner_throttled_seconds_total'), unit: 's' },
        { name: 'longest collection', expr: ofRunner('loadtest_runner_gc_pause_max_seconds'), unit: 's' },
      ],
    ),
  ],
};
