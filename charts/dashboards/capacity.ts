import { PanelBuilder as BarChart } from '@grafana/grafana-foundation-sdk/barchart';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from './frame.ts';
import { type About, type Column, figure, steps, table } from './panels.ts';
import { eachRun, runsTable } from './runs.ts';
import { VERDICT_COLORS, verdictOf } from './verdict.ts';

const WHERE = 'schedule=~"$schedule", loadtest=~"$loadtest"';
const run = eachRun(WHERE);

const begin = run('loadtest_load_start_time_seconds');
/** The value of the run that began last. */
const newest = (expr: string) => `max(${expr} and on (loadtest) topk(1, ${begin}))`;
/** The same of the search that began last. */
const newestSearch = (metric: string) =>
  `max(${run(metric)} and on (loadtest) topk(1, ${begin} and on (loadtest) ${run('loadtest_capacity_trials')}))`;

const CAPACITY: readonly Column[] = [
  { name: 'capacity', expr: run('loadtest_capacity_rate'), unit: 'reqps' },
  { name: 'holds at', expr: run('loadtest_capacity_low_rate'), unit: 'reqps' },
  { name: 'fails at', expr: run('loadtest_capacity_high_rate'), unit: 'reqps' },
];

/** Bars by release, in the order in which the runs began. */
function bars(about: Omit<About, 'queries'>, columns: readonly Column[]): BarChart {
  const { targets = [], transformations = [] } = table(about, { loadtest: 'LoadTest', release: 'release' }, [
    { name: 'begin', expr: `${begin} * 1000` },
    ...columns,
  ]).build();
  const panel = new BarChart()
    .title(about.title)
    .description(about.description)
    .unit(about.unit ?? 'short')
    .noValue(about.none ?? '')
    .min(0)
    .span(12)
    .height(9)
    .xField('release');
  for (const target of targets) panel.withTarget({ build: () => target });
  return panel.transformations([
    ...transformations,
    { id: 'sortBy', options: { fields: {}, sort: [{ field: 'begin' }] } },
    { id: 'organize', options: { excludeByName: { begin: true }, indexByName: {}, renameByName: {} } },
  ]);
}

/** How much a service carries, and how it changed over its releases. */
export function capacityDashboard(): Dashboard {
  return dashboard({
    uid: 'loadtest-capacity',
    title: 'Capacity over releases',
    description:
      'The runs of a schedule, or all of a namespace: capacity with its bracket, p99, verdicts and regressions by release.',
    from: 'now-30d',
    refresh: '',
    variables: [
      { name: 'namespace', label: 'Namespace', query: 'label_values(loadtest_info, loadtest_namespace)' },
      {
        name: 'schedule',
        label: 'Schedule',
        query: 'label_values(loadtest_info{loadtest_namespace="$namespace"}, schedule)',
        all: true,
      },
      {
        name: 'loadtest',
        label: 'LoadTest',
        query: 'label_values(loadtest_info{loadtest_namespace="$namespace", schedule=~"$schedule"}, loadtest)',
        all: true,
      },
    ],
    rows: [
      {
        title: 'The newest run',
        panels: [
          figure(
            {
              title: 'Verdict',
              description: 'Of the run that began last.',
              queries: [{ expr: newest(verdictOf(run)), legend: 'verdict' }],
            },
            4,
          ).mappings(VERDICT_COLORS),
          figure(
            {
              title: 'Capacity found',
              description: 'Of the newest search: the arrivals per second that were answered in time.',
              unit: 'reqps',
              none: 'none found',
              queries: [{ expr: newestSearch('loadtest_capacity_rate'), legend: 'capacity' }],
            },
            4,
          ),
          figure(
            {
              title: 'Bracket',
              description: 'The highest rate at which every threshold held, and the lowest at which one did not.',
              unit: 'reqps',
              none: 'no search',
              queries: [
                { expr: newestSearch('loadtest_capacity_low_rate'), legend: 'holds at' },
                { expr: newestSearch('loadtest_capacity_high_rate'), legend: 'fails at' },
              ],
            },
            6,
          ),
          figure(
            {
              title: 'Runs that failed',
              description: 'In the time range, of all selected.',
              none: '0',
              queries: [{ expr: `count(${run('loadtest_passed')} == 0)`, legend: 'failed' }],
            },
            5,
          ).thresholds(steps([null, 'green'], [1, 'red'])),
          figure(
            {
              title: 'Regressions',
              description: 'Runs that were worse than their baseline, in the time range.',
              none: '0',
              queries: [{ expr: `count(${run('loadtest_regressed')} == 1)`, legend: 'regressions' }],
            },
            5,
          ).thresholds(steps([null, 'green'], [1, 'red'])),
        ],
      },
      {
        title: 'By release',
        panels: [
          bars(
            {
              title: 'Capacity with its bracket',
              description: 'Of each search, in the order of the runs.',
              unit: 'reqps',
              none: 'no search in this time range',
            },
            CAPACITY,
          ),
          bars(
            {
              title: 'p99',
              description: 'Of the response time of each run, in the order of the runs.',
              unit: 's',
              none: 'no runs in this time range',
            },
            [{ name: 'p99', expr: run('loadtest_response_time_seconds', ', quantile="0.99"') }],
          ),
          runsTable(
            { title: 'Runs', description: 'A name opens the dashboard of that test from its begin on.' },
            WHERE,
            CAPACITY,
          ),
        ],
      },
    ],
  });
}
