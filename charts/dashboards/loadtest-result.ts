import { METRICS } from '../../api/loadtest/metrics.ts';
import { addendsOf, COUNTER_NAMES, COUNTERS } from '../../api/status/counters.ts';
import { counterOf, sumOf } from '../promql.ts';
import type { Row } from './frame.ts';
import { figure, redFrom, steps, table } from './panels.ts';
import { coloredCells, ternary, VERDICT_COLORS, verdictOf } from './verdict.ts';

/** The series of the selected test. */
export const SELECTED = 'loadtest_namespace="$namespace", loadtest="$loadtest"';

const newest = (metric: string) => `max(${metric}{${SELECTED}})`;
const limit = (unit: string, metric: string) =>
  `min(loadtest_threshold_limit_${unit}{${SELECTED}, metric="${metric}", request="", bound="max"})`;

/** The sums between the final counters, as sentences. */
const IDENTITY = COUNTER_NAMES.flatMap((name) => {
  const addends = addendsOf(name).filter((addend) => COUNTERS[addend].isGauge !== true);
  return addends.length === 0 ? [] : `${name} = ${addends.join(' + ')}.`;
}).join(' ');

export const RESULT: Row = {
  title: 'Result, merged by the operator',
  panels: [
    figure({
      title: 'Verdict',
      description: 'Open until the result is final. The condition Passed has the reason.',
      queries: [{ expr: verdictOf(newest), legend: 'verdict' }],
    }).mappings(VERDICT_COLORS),
    redFrom(
      figure({
        title: 'p99',
        description:
          '99th percentile of the response time of the whole load so far; red from the limit of its threshold on.',
        unit: 's',
        queries: [
          { expr: `max(loadtest_response_time_seconds{${SELECTED}, quantile="0.99"})`, legend: 'p99' },
          { expr: limit('seconds', METRICS.responseTime.examples[0]), legend: 'limit' },
        ],
      }),
      1,
    ),
    redFrom(
      figure({
        title: 'Errors',
        description: 'The share of errors among the arrivals that ended; red from the limit of its threshold on.',
        unit: 'percentunit',
        queries: [
          { expr: newest('loadtest_error_ratio'), legend: 'errors' },
          { expr: limit('ratio', METRICS.errors.examples[0]), legend: 'limit' },
        ],
      }),
      1,
    ),
    figure({
      title: 'Rate',
      description: 'Responses per second during the load so far; with requestOrder Sequential, complete iterations.',
      unit: 'reqps',
      queries: [{ expr: newest('loadtest_achieved_rate'), legend: 'rate' }],
    }),
    figure({
      title: 'Reached of asked',
      description: 'The rate as a share of the mean rate that an open load asks for. Other loads ask for none.',
      unit: 'percentunit',
      none: 'no rate asked for',
      queries: [{ expr: `${newest('loadtest_achieved_rate')} / ${newest('loadtest_target_rate')}`, legend: 'reached' }],
    }).thresholds(steps([null, 'red'], [0.8, 'orange'], [0.95, 'green'])),
    figure({
      title: 'Duration',
      description: 'Of the load, until now if it still runs.',
      unit: 's',
      none: 'not begun',
      queries: [
        {
          expr: `(${newest('loadtest_load_end_time_seconds')} or vector(time())) - ${newest('loadtest_load_start_time_seconds')}`,
          legend: 'duration',
        },
      ],
    }),
    figure({
      title: 'Generator',
      description: 'Whether the load generator was the limit of the measurement.',
      queries: [{ expr: newest('loadtest_generator_saturated'), legend: 'generator' }],
    }).mappings(ternary(['saturated', 'red'], ['fine', 'green'], ['open', 'text'])),
    figure({
      title: 'Lost runners',
      description: 'Runners that ended without a final update.',
      queries: [{ expr: newest('loadtest_runners_lost'), legend: 'lost' }],
    }).thresholds(steps([null, 'green'], [1, 'red'])),
    figure(
      {
        title: 'Requests',
        description: `${IDENTITY} unexpected is a part of done.`,
        queries: COUNTER_NAMES.map((name) => ({
          expr: sumOf(counterOf(name, 'loadtest'), { where: SELECTED }),
          legend: name,
        })),
      },
      24,
    ),
  ],
};

const THRESHOLD_UNITS = ['seconds', 'ratio', 'rate'];
const ofUnits = (kind: 'limit' | 'observed', bound = '') =>
  THRESHOLD_UNITS.map(
    (unit) =>
      `label_replace(max by (metric, request) (loadtest_threshold_${kind}_${unit}{${SELECTED}${bound}}), "unit", "${unit}", "", "")`,
  ).join(' or ');

export const THRESHOLDS: Row = {
  title: 'Thresholds',
  panels: [
    table(
      {
        title: 'Thresholds',
        description:
          'Limits and observed values: times in seconds, shares from 0 to 1, rates per second. Values follow at the end of the load.',
        none: 'no thresholds',
      },
      { metric: 'metric', request: 'of request', unit: 'in' },
      [
        { name: 'at least', expr: ofUnits('limit', ', bound="min"') },
        { name: 'at most', expr: ofUnits('limit', ', bound="max"') },
        { name: 'observed', expr: ofUnits('observed') },
        {
          name: 'outcome',
          expr: `max by (metric, request, unit) (loadtest_threshold_passed{${SELECTED}})`,
          properties: coloredCells(ternary(['holds', 'green'], ['broken', 'red'], ['undecided', 'orange'])),
        },
      ],
    ),
  ],
};
