import { errorShare, quantileOf, TEST } from './promql.ts';

export type RecordingRule = { record: string; expr: string };

/** Four scrapes of the interval that most installations have; a shorter window has gaps there. */
const WINDOW = '1m';
const ALL = { where: '', window: WINDOW, by: TEST };

/** What Prometheus computes beforehand for each test, from the buckets and counters of all its runners: names by level, metric and operation. */
export const RECORDING_RULES: readonly RecordingRule[] = [
  ...[0.5, 0.95, 0.99].map((quantile) => ({
    record: `loadtest:response_time_seconds:p${quantile * 100}_rate${WINDOW}`,
    expr: quantileOf(quantile, 'loadtest_runner_response_time_seconds', ALL),
  })),
  { record: `loadtest:errors:ratio_rate${WINDOW}`, expr: errorShare(ALL) },
];

/** The rules as a file for Prometheus; a PrometheusRule has the same groups. */
export const RECORDING_GROUPS = { groups: [{ name: 'loadtest-recording', rules: RECORDING_RULES }] };
