import { formatMicroseconds, microseconds, msToUs } from '../../api/common/duration.ts';
import { formatNumber, share } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { thresholdsOf } from '../../api/loadtest/threshold.ts';
import type { ReportDocument, Timeline } from '../../api/report/report-document.ts';
import { type CounterName, READING_ORDER } from '../../api/status/counters.ts';
import type { Histogram } from '../../model/measure/histogram.ts';
import { decodeHistogram } from '../../model/wire/histogram-encoding.ts';
import { type Chart, chart, type Limit, type Series } from './chart.ts';

/** The charts of the run over time, and the distribution of its response times. */
export function charts({ timeline, histograms, spec }: ReportDocument): string {
  const drawn = [...overTime(timeline, limitsOf(spec, DRAWN)), ...distribution(histograms), ...ofRequests(histograms)]
    .map(chart)
    .filter(Boolean);
  return drawn.length === 0 ? '' : `<section class="charts">${drawn.join('\n')}</section>`;
}

/** The statistics of the response time that are drawn over time. */
const DRAWN = ['p50', 'p90', 'p99', 'max'] as const;

/** The limits, in microseconds, of thresholds on these statistics of the response time of all requests. */
export function limitsOf(spec: LoadTestSpec, drawn: readonly string[]): Limit[] {
  return maximaOf(spec).flatMap(({ metric, max }) => {
    const [source, statistic = ''] = metric.split('.');
    const isDrawn = source === 'responseTime' && drawn.includes(statistic);
    return isDrawn ? [{ name: `${statistic} at most ${max}`, value: microseconds(max) }] : [];
  });
}

/** The limits of thresholds on the errors of all requests, as shares. */
export function errorLimitsOf(spec: LoadTestSpec): Limit[] {
  return maximaOf(spec).flatMap(({ metric, max }) =>
    metric === 'errors' ? [{ name: `errors at most ${max}`, value: share(max) }] : [],
  );
}

function maximaOf(spec: LoadTestSpec): { metric: string; max: string }[] {
  return thresholdsOf(spec).flatMap(({ metric, max, request }) =>
    max === undefined || request !== undefined ? [] : [{ metric, max }],
  );
}

/** The counters that a run without errors has, too. */
const GOOD: readonly CounterName[] = ['generated', 'made', 'done'];
/** The colours of all other counters, in the order in which they are read. */
const COLOURS = [4, 2, 3, 6, 5];

function overTime(t: Timeline, limits: readonly Limit[]): Chart[] {
  // A point is in the middle of its interval.
  const x = t.untilSeconds.map((until, i) => until - t.widthSeconds[i]! / 2);
  const axis = { x, formatX: formatSeconds, xLabel: 'since the load began' };
  const perSecond = (counts: readonly number[]) => counts.map((count, i) => count / t.widthSeconds[i]!);
  const seriesOf = (name: CounterName, colour: number): Series => ({ name, colour, values: perSecond(t[name]) });
  const bad = READING_ORDER.filter((name) => !GOOD.includes(name)).map((name, i) => ({
    name,
    colour: COLOURS[i % COLOURS.length]!,
  }));
  const happened = bad.filter(({ name }) => t[name].some((count) => count > 0));
  return [
    {
      ...axis,
      title: 'Requests per second',
      series: [seriesOf('generated', 6), seriesOf('done', 1)],
      formatY: formatNumber,
    },
    {
      ...axis,
      title: 'Response time',
      series: [
        { name: 'max', colour: 6, values: microsecondsOf(t.maxMs) },
        { name: 'p99', colour: 3, values: microsecondsOf(t.p99Ms) },
        { name: 'p90', colour: 2, values: microsecondsOf(t.p90Ms) },
        { name: 'p50', colour: 1, values: microsecondsOf(t.p50Ms) },
      ],
      limits,
      formatY: formatMicroseconds,
      mayBeLogarithmic: true,
    },
    {
      ...axis,
      title: 'In flight',
      series: [{ name: 'most requests at once in each interval', colour: 1, values: t.inFlight }],
      formatY: formatNumber,
    },
    ...(happened.length === 0
      ? []
      : [
          {
            ...axis,
            title: 'Errors per second',
            series: happened.map(({ name, colour }) => seriesOf(name, colour)),
            formatY: formatNumber,
          },
        ]),
  ];
}

function microsecondsOf(ms: readonly (number | null)[]): (number | null)[] {
  return ms.map((value) => (value === null ? null : msToUs(value)));
}

/** The x axis in nines, as in plots of HdrHistogram: 0 is p0, 1 is p90, 2 is p99. */
const MARKS = Array.from({ length: 41 }, (_, i) => i / 10);

function distribution({ responseTime, firstByte, serviceTime }: ReportDocument['histograms']): Chart[] {
  const response = decodeHistogram(responseTime)?.unpack();
  const first = firstByte === undefined ? undefined : decodeHistogram(firstByte)?.unpack();
  const service = decodeHistogram(serviceTime)?.unpack();
  const count = response?.count ?? 0;
  if (response === undefined || service === undefined || count === 0) return [];
  // Percentiles rarer than one in `count` are all the maximum.
  const x = MARKS.filter((nines) => 10 ** nines <= count * 10);
  return [
    {
      title: 'Distribution',
      x,
      series: [
        { name: 'response time', colour: 1, values: valuesAt(x, response) },
        ...(first === undefined ? [] : [{ name: 'first byte', colour: 2, values: valuesAt(x, first) }]),
        { name: 'service time', colour: 5, values: valuesAt(x, service) },
      ],
      formatX: formatNines,
      formatY: formatMicroseconds,
      xLabel: 'percentile',
      mayBeLogarithmic: true,
    },
  ];
}

/** The most lines that a chart can tell apart. */
const MAX_LINES = 6;

/** The distribution of each request of a test that has several; of the slowest where they are many. */
function ofRequests({ requests }: ReportDocument['histograms']): Chart[] {
  const known = requests.flatMap(({ name, responseTime }) => {
    const histogram = decodeHistogram(responseTime)?.unpack();
    return histogram === undefined || histogram.count === 0 ? [] : [{ name, histogram }];
  });
  if (known.length < 2) return [];
  const p99 = ({ histogram }: (typeof known)[number]) => histogram.valueAtPercentile(99) ?? 0;
  const drawn = known.length <= MAX_LINES ? known : known.toSorted((a, b) => p99(b) - p99(a)).slice(0, MAX_LINES);
  const x = MARKS.filter((nines) => drawn.some(({ histogram }) => 10 ** nines <= histogram.count * 10));
  return [
    {
      title: `Response time of each request${drawn.length < known.length ? `: the ${MAX_LINES} slowest` : ''}`,
      x,
      series: drawn.map(({ name, histogram }, i) => ({ name, colour: i + 1, values: valuesAt(x, histogram) })),
      formatX: formatNines,
      formatY: formatMicroseconds,
      xLabel: 'percentile',
      mayBeLogarithmic: true,
    },
  ];
}

/** The values at so many nines. Percentiles rarer than one in all values are the maximum, and are left out. */
function valuesAt(x: readonly number[], histogram: Histogram): (number | null)[] {
  return x.map((nines) =>
    10 ** nines > histogram.count * 10 ? null : (histogram.valueAtPercentile(100 * (1 - 10 ** -nines)) ?? null),
  );
}

function formatNines(nines: number): string {
  if (nines === 0) return 'min';
  const percent = 100 * (1 - 10 ** -nines);
  return `p${Number(percent.toFixed(Math.max(0, Math.ceil(nines) - 1)))}`;
}

function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toFixed(1))}s`;
  if (seconds < 7200) return `${Number((seconds / 60).toFixed(1))}m`;
  return `${Number((seconds / 3600).toFixed(1))}h`;
}
