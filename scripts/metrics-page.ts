import { RECORDING_RULES } from '../charts/recording-rules.ts';
import { TEST_FAMILIES, TEST_LABELS } from '../operator/metrics/loadtest-families.ts';
import { OPERATOR_FAMILIES } from '../operator/metrics/operator-metrics.ts';
import { RUNNER_LABELS, runnerFamilies } from '../runner/agent/metrics/metrics.ts';
import { PUSHED_METRICS, prometheusName } from '../telemetry/pushed-metrics.ts';

type Family = { name: string; type: string; help: string; labels: readonly string[] };

/** The unit of a metric by the end of its name, where Prometheus' rules put it; the first that fits. */
const UNITS: readonly [end: RegExp, unit: string][] = [
  [/_start_time_seconds$|_end_time_seconds$/, 's since 1970'],
  [/_seconds(_total)?$/, 's'],
  [/_ratio$|_utilization$/, '0 to 1'],
  [/_rate$/, 'per second'],
];

/** docs/metrics.md: every metric of the project, from the tables that the programs export them by. */
export function metricsPage(): string {
  return `${[
    '# Metrics',
    'Every metric of operator and runners, generated from the code by `npm run generate`. [operations.md](operations.md#metrics-and-dashboards) explains the setup.',
    ...section(
      'Of each LoadTest',
      `From the operator, merged over the runners, until the LoadTest is deleted. All have the labels ${named(TEST_LABELS)}.`,
      TEST_FAMILIES,
    ),
    ...section(
      'Of each runner',
      `From the runner pods under load. All have the labels ${named(RUNNER_LABELS)}; the sum over runners is exact for counters and buckets. A histogram has a bucket at each limit of the test's thresholds on times and at its timeout, at most eight beside the usual ones.`,
      runnerFamilies(undefined),
    ),
    ...section(
      'Of the operator itself',
      'Beside these, the metrics of a Node process: `process_*` and `nodejs_*`.',
      OPERATOR_FAMILIES,
    ),
    '## Pushed by OTLP',
    `From the operator or \`loadtest run --otlp\`, merged over the runners ([operations.md](operations.md#otlp)). All have the attributes ${named(TEST_LABELS)}, the first one only in a cluster. Histograms are exponential: native ones in Prometheus, with buckets of 0.3% to 1.1%.`,
    table(
      ['metric', 'in Prometheus', 'type', 'attributes', 'unit', ''],
      PUSHED_METRICS.map((metric) => [
        `\`${metric.name}\``,
        `\`${prometheusName(metric)}\``,
        metric.type,
        metric.attributes.join(', '),
        metric.unit,
        metric.description,
      ]),
    ),
    '## Recording rules',
    "In the chart's `rules/recording.yaml`, and with `prometheusRule.enabled` in its PrometheusRule; grouped by the labels of a LoadTest.",
    table(
      ['name', 'expression'],
      RECORDING_RULES.map(({ record, expr }) => [`\`${record}\``, `\`${expr}\``]),
    ),
    '## Native histograms',
    [
      "Only the protobuf exposition carries native histograms, and prom-client, the one library for Node that is kept, writes text. Prometheus 3.4 makes native ones of the runners' classic ones when it scrapes them, with the same buckets: `convert_classic_histograms_to_nhcb: true` in the scrape configuration, which the chart's `podMonitor.convertClassicHistogramsToNHCB` sets.",
      'With `always_scrape_classic_histograms: true` beside it, as that value has it, the series of the buckets stay, which dashboards and recording rules read.',
      'Then `histogram_quantile(0.99, sum(rate(loadtest_runner_response_time_seconds[1m])))` needs no `le`. A push by OTLP has native histograms with finer buckets.',
    ].join(' '),
  ].join('\n\n')}\n`;
}

function section(title: string, introduction: string, families: readonly Family[]): string[] {
  const rows = families.map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.join(', '),
    unitOf(name),
    help,
  ]);
  return [`## ${title}`, introduction, table(['metric', 'type', 'labels', 'unit', ''], rows)];
}

function unitOf(name: string): string {
  return UNITS.find(([end]) => end.test(name))?.[1] ?? '';
}

function named(labels: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(labels.map((label) => `\`${label}\``));
}

function table(columns: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
