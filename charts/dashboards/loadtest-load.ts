import { COUNTER_NAMES, type CounterName } from '../../api/status/counters.ts';
import { counterOf, errorShare, perSecond, quantileOf, sumOf } from '../promql.ts';
import type { Row } from './frame.ts';
import { SELECTED } from './loadtest-result.ts';
import { dashed, graph, heatmap, type Query, stacked, table } from './panels.ts';

const window = '$__rate_interval';
const OF_TEST = { where: SELECTED, window };
const OF_REQUESTS = { where: `${SELECTED}, request=~"$request"`, window };
const RESPONSE_TIME = 'loadtest_runner_response_time_seconds';

const rateOf = (name: CounterName, legend: string = name): Query => ({
  expr: perSecond(counterOf(name, 'loadtest_runner'), OF_REQUESTS),
  legend,
});

const quantiles = (metric: string): Query[] =>
  [0.5, 0.9, 0.95, 0.99, 0.999].map((quantile) => ({
    expr: quantileOf(quantile, metric, OF_REQUESTS),
    legend: `p${quantile * 100}`,
  }));

/** The limits of thresholds on one of the times. */
const limits = (time: string): Query => ({
  expr: `max by (metric, request, bound) (loadtest_threshold_limit_seconds{${SELECTED}, metric=~"${time}[.].*", request=~"|$request"})`,
  legend: '{{bound}} {{metric}} {{request}}',
});

const RATES = COUNTER_NAMES.filter((name) => name !== 'aborted').map((name) => rateOf(name));

export const LOAD: Row = {
  title: 'Load',
  panels: [
    dashed(
      graph({
        title: 'Requests per second',
        description:
          'generated follows the schedule, and with requestOrder Sequential that of each request; made is below it when requests are dropped or wait for a connection. Redirects come in addition. Dashed: the mean rate that an open load asks for.',
        unit: 'reqps',
        queries: [
          { expr: `max(loadtest_target_rate{${SELECTED}})`, legend: 'asked, mean' },
          ...RATES,
          { expr: perSecond('loadtest_runner_redirects_total', OF_TEST), legend: 'redirects' },
          { expr: perSecond('loadtest_runner_messages_total', OF_TEST), legend: 'messages of streams' },
        ],
      }),
      0,
    ),
    graph({
      title: 'In flight',
      description: 'Requests that have no outcome yet; pending: arrivals that wait for a connection.',
      queries: [
        { expr: sumOf('loadtest_runner_requests_in_flight', { where: SELECTED }), legend: 'in flight' },
        { expr: sumOf('loadtest_runner_requests_pending', { where: SELECTED }), legend: 'pending' },
      ],
    }),
    stacked(
      {
        title: 'Responses by status',
        description: 'Complete responses per second.',
        unit: 'reqps',
        queries: [
          { expr: perSecond('loadtest_runner_responses_total', { ...OF_TEST, by: ['status'] }), legend: '{{status}}' },
        ],
      },
      8,
    ),
    stacked(
      {
        title: 'Errors by kind',
        description: 'Timeouts and failures per second, and requests that the end of the test cancelled.',
        unit: 'reqps',
        none: 'no errors',
        queries: [
          { expr: perSecond('loadtest_runner_errors_total', { ...OF_TEST, by: ['kind'] }), legend: '{{kind}}' },
          rateOf('aborted'),
        ],
      },
      8,
    ),
    dashed(
      graph(
        {
          title: 'Share of errors',
          description: 'Errors among the arrivals that ended. Dashed: the limits of thresholds on errors.',
          unit: 'percentunit',
          queries: [
            { expr: errorShare(OF_REQUESTS), legend: 'errors' },
            {
              expr: `max by (metric, request) (loadtest_threshold_limit_ratio{${SELECTED}, metric=~"errors.*", request=~"|$request", bound="max"})`,
              legend: 'max {{metric}} {{request}}',
            },
          ],
        },
        8,
      ),
      1,
    ),
  ],
};

/** The times by the beginning of their thresholds' metrics. */
const TIMES_OF_REQUESTS = {
  responseTime: {
    title: 'Response time',
    metric: RESPONSE_TIME,
    description: 'From the intended arrival to the last byte: what a user experiences, without coordinated omission.',
  },
  firstByte: {
    title: 'First byte',
    metric: 'loadtest_runner_first_byte_seconds',
    description: 'From the intended arrival to the first byte of the response.',
  },
  serviceTime: {
    title: 'Service time',
    metric: 'loadtest_runner_service_time_seconds',
    description:
      'From the write of the request to the last byte. If it is well below the response time, requests queue in the generator.',
  },
};

export const TIMES: Row = {
  title: 'Times, from the histograms of all runners together',
  panels: [
    ...Object.entries(TIMES_OF_REQUESTS).map(([time, { title, metric, description }]) => {
      const curves = quantiles(metric);
      const about = { title, description: `${description} Dashed: limits of thresholds.`, unit: 's' };
      return dashed(graph({ ...about, queries: [...curves, limits(time)] }, 8), curves.length);
    }),
    heatmap({
      title: 'Response times as a heat map',
      description: 'How many requests took how long: two bands are two kinds of responses, which a percentile hides.',
      queries: [
        {
          expr: `sum by (le) (increase(${RESPONSE_TIME}_bucket{${OF_REQUESTS.where}}[${window}]))`,
          legend: '{{le}}',
        },
      ],
    }),
    graph({
      title: 'Response time so far',
      description: 'Of the whole load, as in status.responseTime: exact to three digits.',
      unit: 's',
      queries: [{ expr: `max by (quantile) (loadtest_response_time_seconds{${SELECTED}})`, legend: 'q{{quantile}}' }],
    }),
  ],
};

/** The last value of each series in the time range: the final one of a runner that has ended. */
const final = (metric: string) => `last_over_time(${metric}{${OF_REQUESTS.where}}[$__range])`;
const total = (name: CounterName) => `sum by (request) (${final(counterOf(name, 'loadtest_runner'))})`;
const quantile = (q: number) => `histogram_quantile(${q}, sum by (request, le) (${final(`${RESPONSE_TIME}_bucket`)}))`;

export const REQUESTS: Row = {
  title: 'Requests',
  panels: [
    table(
      {
        title: 'Requests',
        description:
          'Each request of the spec over the whole load, from the final values of all runners in the time range.',
        none: 'no runner was scraped in this time range',
      },
      { request: 'request' },
      [
        ...COUNTER_NAMES.map((name) => ({ name, expr: total(name) })),
        ...[0.5, 0.95, 0.99].map((q) => ({ name: `p${q * 100}`, expr: quantile(q), unit: 's' })),
      ],
    ),
  ],
};
