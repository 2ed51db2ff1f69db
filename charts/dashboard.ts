import { addendsOf, COUNTER_NAMES, COUNTERS, type CounterName, counterMetric } from '../api/status/counters.ts';
import { dashboard, type Panel, type Query, type Row, type Variable } from './grafana.ts';

/** The files generated from this module: their paths relative to the repository's root, and their contents. */
export function dashboardFiles(): { path: string; text: string }[] {
  const model = dashboard(ABOUT)(VARIABLES, ROWS);
  return [{ path: 'charts/loadtest-operator/dashboards/loadtest.json', text: `${JSON.stringify(model, null, 2)}\n` }];
}

const ABOUT = {
  uid: 'loadtest',
  title: 'LoadTest',
  description: 'One LoadTest: load, latency and verdict.',
  tags: ['loadtest'],
};

const SELECTED = 'loadtest_namespace="$namespace", loadtest="$loadtest"';

const VARIABLES: Variable[] = [
  { name: 'namespace', label: 'Namespace', query: 'label_values(loadtest_running, loadtest_namespace)' },
  {
    name: 'loadtest',
    label: 'LoadTest',
    query: 'label_values(loadtest_running{loadtest_namespace="$namespace"}, loadtest)',
  },
];

/** A metric of the selected test, grouped by the labels `by`. */
const sum = (metric: string, by?: string) => `sum${by ? ` by (${by})` : ''} (${metric}{${SELECTED}})`;
const perSecond = (metric: string, by?: string) =>
  `sum${by ? ` by (${by})` : ''} (rate(${metric}{${SELECTED}}[$__rate_interval]))`;

/** Percentiles of the buckets of all runners together; the average of the runners' percentiles would be wrong. */
const quantiles = (metric: string, of: readonly number[], by: readonly string[] = []): Query[] =>
  of.map((quantile) => ({
    expr: `histogram_quantile(${quantile}, ${perSecond(`${metric}_bucket`, ['le', ...by].join(', '))})`,
    legend: `p${quantile * 100}${by.map((label) => ` {{${label}}}`).join('')}`,
  }));

const stat = (title: string, description: string, expr: string, unit = 'short'): Panel => ({
  title,
  description,
  kind: 'stat',
  unit,
  width: 3,
  queries: [{ expr, legend: title, instant: true }],
});

/** The total of a counter, with the sum that it must equal. */
const total = (name: CounterName): Panel => {
  const addends = addendsOf(name);
  const description = [COUNTERS[name].help, ...(addends.length > 0 ? [`${name} = ${addends.join(' + ')}.`] : [])];
  return stat(name, description.join(' '), sum(`loadtest_requests_${counterMetric(name)}_total`));
};

const graph = (title: string, description: string, unit: string, queries: Query[], width = 12): Panel => ({
  title,
  description,
  kind: 'timeseries',
  unit,
  width,
  queries,
});

const runnerRate = (name: CounterName): Query => ({
  expr: perSecond(`loadtest_runner_requests_${counterMetric(name)}_total`),
  legend: name,
});

/** Counters without a panel for their total: eight panels fill the width of the dashboard. */
const GRAPH_ONLY: readonly CounterName[] = ['aborted', 'unexpected'];

const VERDICT: Row = {
  title: 'Result, merged by the operator',
  panels: [
    {
      ...stat(
        'Passed',
        'Whether the test passed; open until it is complete, and if the verdict is inconclusive.',
        sum('loadtest_passed'),
      ),
      values: {
        0: { text: 'no', color: 'red' },
        1: { text: 'yes', color: 'green' },
        NaN: { text: 'open', color: 'text' },
      },
    },
    {
      ...stat('Running', 'Whether the load is running.', sum('loadtest_running')),
      values: { 0: { text: 'no', color: 'text' }, 1: { text: 'yes', color: 'blue' } },
    },
    ...COUNTER_NAMES.filter((name) => !GRAPH_ONLY.includes(name)).map(total),
    graph(
      'Response time so far',
      'From the intended arrival to the last byte, over the whole test, as in status.responseTime.',
      's',
      [{ expr: `max by (quantile) (loadtest_response_time_seconds{${SELECTED}})`, legend: 'q{{quantile}}' }],
      24,
    ),
  ],
};

const LOAD: Row = {
  title: 'Load',
  panels: [
    graph(
      'Requests per second',
      'generated follows the schedule, and with requestOrder Sequential that of each request; made is below it when requests are dropped or wait for a connection. Redirects come in addition.',
      'reqps',
      [
        ...COUNTER_NAMES.filter((name) => name !== 'aborted').map(runnerRate),
        { expr: perSecond('loadtest_runner_redirects_total'), legend: 'redirects' },
      ],
    ),
    graph('In flight', 'Requests that have no outcome yet; pending: arrivals that wait for a connection.', 'short', [
      { expr: sum('loadtest_runner_requests_in_flight', 'runner'), legend: 'runner {{runner}}' },
      { expr: sum('loadtest_runner_requests_in_flight'), legend: 'all' },
      { expr: sum('loadtest_runner_requests_pending'), legend: 'pending' },
    ]),
    graph('Responses by status', 'Complete responses per second.', 'reqps', [
      { expr: perSecond('loadtest_runner_responses_total', 'status'), legend: '{{status}}' },
    ]),
    graph(
      'Errors by kind',
      'Timeouts and failures per second, and requests that the end of the test cancelled.',
      'reqps',
      [{ expr: perSecond('loadtest_runner_errors_total', 'kind'), legend: '{{kind}}' }, runnerRate('aborted')],
    ),
  ],
};

const LATENCY: Row = {
  title: 'Latency',
  panels: [
    graph(
      'Response time',
      'From the intended arrival to the last byte: what a user experiences, without coordinated omission.',
      's',
      quantiles('loadtest_runner_response_time_seconds', [0.5, 0.9, 0.99, 0.999]),
    ),
    graph(
      'Service time',
      'From the write of the request to the last byte. If it is well below the response time, requests queue in the generator.',
      's',
      quantiles('loadtest_runner_service_time_seconds', [0.5, 0.9, 0.99, 0.999]),
    ),
  ],
};

const GENERATOR: Row = {
  title: 'The generator itself',
  panels: [
    graph(
      'Pacing lag',
      'Actual minus intended send time. Near the service time, the result describes the generator.',
      's',
      quantiles('loadtest_runner_pacing_lag_seconds', [0.5, 0.99], ['runner']),
    ),
    graph('CPU and event loop', 'Share of one core, by runner; 100% is the maximum of an event loop.', 'percentunit', [
      { expr: perSecond('loadtest_runner_cpu_seconds_total', 'runner'), legend: 'CPU {{runner}}' },
      { expr: sum('loadtest_runner_event_loop_utilization', 'runner'), legend: 'event loop {{runner}}' },
    ]),
    graph('Stopped', 'Share of time in which a CPU limit or garbage collection stopped a runner.', 'percentunit', [
      { expr: perSecond('loadtest_runner_throttled_seconds_total', 'runner'), legend: 'CPU limit {{runner}}' },
      { expr: perSecond('loadtest_runner_gc_seconds_total', 'runner'), legend: 'collection {{runner}}' },
    ]),
    graph('Longest pause', 'Longest pause for garbage collection since the load began.', 's', [
      { expr: sum('loadtest_runner_gc_pause_max_seconds', 'runner'), legend: '{{runner}}' },
    ]),
  ],
};

const ROWS = [VERDICT, LOAD, LATENCY, GENERATOR];
