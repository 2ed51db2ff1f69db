import { parseMetric, unitOf } from '../../../api/loadtest/metrics.ts';
import type { Capacity, CapacityLimit, CapacityReason } from '../../../api/status/capacity.ts';
import { rateText } from '../../common/rate-text.ts';

/**
 * The result of a search in one sentence: "carries 1,830/s (1,830–1,880); p99 of `order` is the limit, gradually". `unit` stands behind a
 * rate. The bracket that is known so far during the search.
 */
export function capacityText(capacity: Capacity, unit: string): string {
  const { reason } = capacity;
  const carried = reason === undefined ? bracketText(capacity, unit) : SENTENCES[reason](capacity, unit);
  const limit = reason === 'AboveRange' || reason === 'LatencyFloor' ? '' : limitText(capacity);
  const scaled =
    capacity.beforeHold === undefined ? '' : `${rateText(capacity.beforeHold)}${unit} before it had scaled`;
  return [carried, limit, scaled].filter(Boolean).join('; ');
}

const SENTENCES: Record<CapacityReason, (capacity: Capacity, unit: string) => string> = {
  // Poisson arrivals may reach a little less than the rate that was asked.
  Found: ({ rate = 0, low = 0, high = 0 }, unit) =>
    `carries ${rateText(rate)}${unit} (${between(Math.min(rate, low), high)})`,
  AboveRange: (capacity, unit) => `${atLeast(capacity, unit)}, the highest rate of the search`,
  BelowRange: (capacity, unit) => `${bracketText(capacity, unit)}, below the range of the search`,
  LatencyFloor: (capacity) =>
    `carries no rate: ${limitName(capacity.limitedBy)} is above its limit at the lowest rates, and lower ones do not improve it`,
  NotConfirmed: (capacity, unit) =>
    `carries no rate for long: rates that held in short trials did not in the long ones; ${bracketText(capacity, unit)}`,
  Deadline: (capacity, unit) => `${bracketText(capacity, unit)} at the deadline of the search`,
  GeneratorSaturated: (capacity, unit) => {
    if (capacity.high !== undefined)
      return `${bracketText(capacity, unit)}, as close as the load generator could measure`;
    return capacity.low === undefined
      ? 'no rate is known, as the load generator was the limit at the lowest one'
      : `${atLeast(capacity, unit)}, as far as the load generator came`;
  },
  Unstable: (capacity, unit) => `has no stable capacity: ${bracketText(capacity, unit)} after all trials`,
  Unfinished: (capacity, unit) => `${bracketText(capacity, unit)} when the load ended, before the search did`,
};

function atLeast({ low = 0 }: Capacity, unit: string): string {
  return `carries at least ${rateText(low)}${unit}`;
}

/** What the bracket says so far: "carries 800/s and not 1,600/s". */
function bracketText({ low, high }: Capacity, unit: string): string {
  if (low === undefined) return high === undefined ? 'no rate is known yet' : `does not carry ${rateText(high)}${unit}`;
  return `carries ${rateText(low)}${unit}${high === undefined ? '' : ` and not ${rateText(high)}${unit}`}`;
}

function between(low: number, high: number): string {
  return `${rateText(low)}–${rateText(high)}`;
}

const APPROACHED = { Smooth: 'gradually', Cliff: 'abruptly' };

function limitText({ limitedBy, boundary }: Capacity): string {
  if (limitedBy === undefined) return '';
  return `${limitName(limitedBy)} is the limit${boundary === undefined ? '' : `, ${APPROACHED[boundary]}`}`;
}

const SPOKEN: Record<string, string> = { rate: 'the response rate', errors: 'the share of errors' };

/** The limit as people say it: "p99 of `order`", "the share of errors"; "the response rate" when too little was answered in time. */
export function limitName(limit: CapacityLimit | undefined): string {
  if (limit === undefined) return 'a threshold';
  const { metric, request } = limit;
  const { kind, detail } = parseMetric(metric);
  const isMainTime = unitOf(metric) === 'duration' && kind.startsWith('response');
  const name = isMainTime ? detail : (SPOKEN[metric] ?? metric);
  return request === undefined ? name : `${name} of \`${request}\``;
}
