import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { perSecond, quantileOf, sumOf } from '../promql.ts';
import { dashboard } from './frame.ts';
import { figure, graph, type Query, stacked, steps } from './panels.ts';

const window = '$__rate_interval';
const by = (...labels: string[]) => ({ where: '', window, by: labels });

const quantiles = (metric: string): Query[] =>
  [0.5, 0.99].map((quantile) => ({
    expr: quantileOf(quantile, metric, by('controller')),
    legend: `p${quantile * 100} {{controller}}`,
  }));

/** A metric of every Node process, of the replicas of this operator only. */
const ofOperator = (expr: string, legend = '{{instance}}'): Query => ({
  expr: `${expr} and on (instance) loadtest_operator_leader`,
  legend,
});

/** Whether the operator keeps up. */
export function operatorDashboard(): Dashboard {
  return dashboard({
    uid: 'loadtest-operator',
    title: 'loadtest-operator',
    description:
      'The operator: LoadTests, queues, reconciles, calls to the API server, updates of runners, memory, leader.',
    from: 'now-1h',
    refresh: '30s',
    variables: [],
    rows: [
      {
        title: 'LoadTests',
        panels: [
          figure(
            {
              title: 'LoadTests',
              description: 'That exist.',
              none: '0',
              queries: [{ expr: 'count(loadtest_info)', legend: 'all' }],
            },
            4,
          ),
          figure(
            {
              title: 'Running',
              description: 'Under load now.',
              none: '0',
              queries: [{ expr: 'count(loadtest_running == 1)', legend: 'running' }],
            },
            4,
          ),
          figure(
            {
              title: 'Not complete',
              description: 'Running, starting, or waiting for others.',
              none: '0',
              queries: [{ expr: 'count(loadtest_complete == 0)', legend: 'open' }],
            },
            4,
          ),
          figure(
            {
              title: 'Failed',
              description: 'That exist with that verdict.',
              none: '0',
              queries: [{ expr: 'count(loadtest_passed == 0)', legend: 'failed' }],
            },
            4,
          ),
          figure(
            {
              title: 'Leaders',
              description: 'Replicas that lead: one, and for some seconds none when it changes.',
              none: 'no operator',
              queries: [{ expr: 'sum(loadtest_operator_leader)', legend: 'leaders' }],
            },
            4,
          ).thresholds(steps([null, 'red'], [1, 'green'], [2, 'red'])),
          figure(
            {
              title: 'Failed reconciles',
              description: 'In the time range; the log has the errors.',
              none: '0',
              queries: [
                { expr: 'sum(increase(loadtest_operator_reconcile_errors_total[$__range]))', legend: 'errors' },
              ],
            },
            4,
          ).thresholds(steps([null, 'green'], [1, 'red'])),
        ],
      },
      {
        title: 'Work',
        panels: [
          graph({
            title: 'Queue',
            description: 'Objects that wait for their reconcile.',
            queries: [
              {
                expr: sumOf('loadtest_operator_queue_depth', { where: '', by: ['controller'] }),
                legend: '{{controller}}',
              },
            ],
          }),
          graph({
            title: 'Wait in the queue',
            description: 'Well below a second while the operator keeps up.',
            unit: 's',
            queries: quantiles('loadtest_operator_queue_wait_seconds'),
          }),
          graph({
            title: 'Reconciles per second',
            description: 'By controller, and those that failed and are retried.',
            unit: 'ops',
            queries: [
              {
                expr: perSecond('loadtest_operator_reconcile_duration_seconds_count', by('controller')),
                legend: '{{controller}}',
              },
              {
                expr: perSecond('loadtest_operator_reconcile_errors_total', by('controller')),
                legend: '{{controller}} failed',
              },
            ],
          }),
          graph({
            title: 'Duration of a reconcile',
            description: 'Mostly the time of its calls to the API server.',
            unit: 's',
            queries: quantiles('loadtest_operator_reconcile_duration_seconds'),
          }),
          stacked({
            title: 'Calls to the API server',
            description: 'Per second by method and code, without watches; code 0 is no response.',
            unit: 'reqps',
            queries: [
              {
                expr: perSecond('loadtest_operator_api_requests_total', by('method', 'code')),
                legend: '{{method}} {{code}}',
              },
            ],
          }),
          stacked({
            title: 'Updates of runners',
            description:
              'Per second by the code of the response; with 429 the operator is at its limits, and runners repeat them later.',
            unit: 'reqps',
            none: 'no runner reports',
            queries: [{ expr: perSecond('loadtest_operator_reports_total', by('code')), legend: '{{code}}' }],
          }),
        ],
      },
      {
        title: 'Process',
        panels: [
          graph(
            {
              title: 'Memory',
              description: 'Resident memory of each replica; the chart limits it to 256 MiB.',
              unit: 'bytes',
              queries: [ofOperator('process_resident_memory_bytes')],
            },
            8,
          ),
          graph(
            {
              title: 'CPU',
              description: 'Share of one core.',
              unit: 'percentunit',
              queries: [ofOperator(`rate(process_cpu_seconds_total[${window}])`)],
            },
            8,
          ),
          graph(
            {
              title: 'Event loop and leader',
              description: 'p99 of the delay of the event loop, in seconds, and which replica leads.',
              queries: [
                ofOperator('nodejs_eventloop_lag_p99_seconds', 'delay {{instance}}'),
                { expr: 'loadtest_operator_leader', legend: 'leads {{instance}}' },
              ],
            },
            8,
          ),
        ],
      },
    ],
  });
}
