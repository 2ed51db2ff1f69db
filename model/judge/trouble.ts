import { formatNumber, formatShare } from '../../api/common/quantity.ts';
import { parseMetric } from '../../api/loadtest/metrics.ts';
import type { Threshold } from '../../api/loadtest/threshold.ts';
import { ERROR_COUNTERS, type ErrorCounter } from '../../api/status/counters.ts';
import { endedCount } from '../measure/counters.ts';
import type { RequestSummary } from '../measure/request-summary.ts';
import type { Summary } from '../measure/summary.ts';

/** The share of the arrivals in trouble from which on a test that passes says so, unless a threshold looks at them. */
const CONSIDERABLE = 0.01;

/** The share of the rate asked below which a test that passes says so. */
const FAR_BELOW = 0.95;

/** An arrival without an expected response. A request that was cut off may have got one. */
type Trouble = ErrorCounter | 'aborted';
const TROUBLES: readonly Trouble[] = [...ERROR_COUNTERS, 'aborted'];
const HAPPENED: Record<Trouble, string> = {
  timeout: 'timed out',
  failed: 'failed',
  dropped: 'were dropped',
  unexpected: 'had an unexpected response',
  aborted: 'were cut off',
};

/**
 * What is wrong with a load although all its thresholds hold, as no threshold looks there: "87% of the arrivals were dropped and no threshold
 * looks at errors". Undefined when nothing is.
 */
export function unseenTrouble(thresholds: readonly Threshold[], summary: Summary): string | undefined {
  const unseen = TROUBLES.map((trouble) => ({ trouble, share: unseenShare(trouble, thresholds, summary) }))
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => b.share - a.share);
  if (unseen.reduce((sum, { share }) => sum + share, 0) < CONSIDERABLE) return lowRate(thresholds, summary);
  const list = unseen.map(
    ({ trouble, share }, i) => `${formatShare(share)} ${i === 0 ? 'of the arrivals ' : ''}${HAPPENED[trouble]}`,
  );
  const seesErrors = thresholds.some((threshold) => TROUBLES.some((trouble) => looksAt(threshold, trouble)));
  return `${list.join(', ')} and no threshold looks at ${seesErrors ? 'these' : 'errors'}`;
}

/** The share of all arrivals with a trouble that no threshold looks at. */
function unseenShare(trouble: Trouble, thresholds: readonly Threshold[], { counts, requests }: Summary): number {
  const unseen = requests.map((request) => {
    const own = thresholds.filter((t) => t.request === undefined || t.request === request.name);
    if (own.some((t) => looksAt(t, trouble))) return 0;
    return request.counts[trouble] - (trouble === 'failed' ? seenByKind(own, request) : 0);
  });
  const ended = endedCount(counts);
  return ended === 0 ? 0 : unseen.reduce((sum, count) => sum + count, 0) / ended;
}

/** A timeout has a time, too, but a threshold of a percentile holds whatever happens beyond it. */
function looksAt({ metric }: Threshold, trouble: Trouble): boolean {
  const { kind, detail } = parseMetric(metric);
  if (kind === 'errors') return detail === '';
  return kind === trouble || (kind === 'status' && trouble === 'unexpected');
}

/** The errors of the kinds that thresholds look at. */
function seenByKind(thresholds: readonly Threshold[], { outcomes }: RequestSummary): number {
  const kinds = thresholds
    .map((t) => parseMetric(t.metric))
    .flatMap(({ kind, detail }) => (kind === 'errors' ? detail : []));
  return (outcomes?.errors ?? []).filter((e) => kinds.includes(e.kind)).reduce((sum, e) => sum + e.count, 0);
}

function lowRate(thresholds: readonly Threshold[], { rate }: Summary): string | undefined {
  const { target, achieved, reached } = rate;
  if (target === undefined || reached === undefined || Math.max(reached.high, reached.answered.measured) >= FAR_BELOW)
    return undefined;
  if (thresholds.some(({ metric }) => parseMetric(metric).kind === 'rate')) return undefined;
  return `the rate was ${formatNumber(achieved)}/s of ${formatNumber(target)}/s and no threshold looks at it`;
}
