import { LOADTEST_DASHBOARD } from '../../api/common/names.ts';
import { type Column, table } from './panels.ts';
import { coloredCells, ternary, VERDICT_COLORS, verdictOf } from './verdict.ts';

/** What joins the series of one test. */
const JOINED = 'on (loadtest_namespace, loadtest)';

/**
 * Expressions about each test that matches `where` on loadtest_info, with the labels loadtest and release. A test that was deleted within the
 * time range has the last value that it had.
 */
export function eachRun(where: string) {
  const last = (metric: string, own = '') =>
    `last_over_time(${metric}{loadtest_namespace="$namespace"${own}}[$__range])`;
  const info = `max by (loadtest_namespace, loadtest, release) (${last('loadtest_info', where === '' ? '' : `, ${where}`)})`;
  return (metric: string, own = '') =>
    `max by (loadtest, release) (max by (loadtest_namespace, loadtest) (${last(metric, own)}) * ${JOINED} group_left (release) ${info})`;
}

/** The name of a test opens its dashboard; the table has its times as milliseconds, in which Grafana counts. */
const LINK = {
  id: 'links',
  value: [
    {
      title: 'Open this test',
      url: `/d/${LOADTEST_DASHBOARD}?\${datasource:queryparam}&var-namespace=\${namespace}&var-loadtest=\${__data.fields.LoadTest}&from=\${__data.fields.begin}&to=now`,
    },
  ],
};

/** A table of tests, the newest first, each of which opens its dashboard. */
export function runsTable(about: { title: string; description: string }, where: string, more: readonly Column[] = []) {
  const run = eachRun(where);
  return table({ ...about, none: 'no LoadTests in this time range' }, { loadtest: 'LoadTest', release: 'release' }, [
    { name: 'begin', expr: `${run('loadtest_load_start_time_seconds')} * 1000`, unit: 'dateTimeAsIso' },
    { name: 'verdict', expr: verdictOf(run), properties: coloredCells(VERDICT_COLORS) },
    ...more,
    { name: 'p99', expr: run('loadtest_response_time_seconds', ', quantile="0.99"'), unit: 's' },
    { name: 'rate', expr: run('loadtest_achieved_rate'), unit: 'reqps' },
    { name: 'errors', expr: run('loadtest_error_ratio'), unit: 'percentunit' },
    {
      name: 'against baseline',
      expr: run('loadtest_regressed'),
      properties: coloredCells(ternary(['worse', 'red'], ['not worse', 'green'], ['cannot tell', 'orange'])),
    },
  ]).overrideByName('LoadTest', [LINK]);
}
