import type { Capacity, CapacityLimit, CapacityReason, FinishedTrial } from '../../../api/status/capacity.ts';
import { conditionalThroughput } from '../search/classification.ts';
import { observedOf } from '../search/observed.ts';
import type { SearchSettings } from '../search/settings.ts';
import { bracketOf, type TriedRate, triedRates } from '../search/tried-rates.ts';

/** The bracket of the finished trials, as the status has it during the search. */
export function bracketStatus(
  settings: SearchSettings,
  trials: readonly FinishedTrial[],
): Pick<Capacity, 'low' | 'high' | 'trials'> {
  const { low, high } = bracketOf(triedRates(settings, trials));
  return {
    ...(low !== undefined && { low: low.rate }),
    ...(high !== undefined && { high: high.rate }),
    trials: [...trials],
  };
}

/** The result of a search that ended for `reason`. */
export function capacityResult(
  settings: SearchSettings,
  trials: readonly FinishedTrial[],
  reason: CapacityReason,
): Capacity {
  const { low, high, inversions } = bracketOf(triedRates(settings, trials));
  const limitedBy = high && limitOf(high);
  const rate = low && throughput(settings, low);
  const boundary = low && high && limitedBy && boundaryOf(settings, low, high, limitedBy);
  const beforeHold = rateBeforeHold(settings, trials);
  return {
    ...(rate !== undefined && { rate }),
    ...bracketStatus(settings, trials),
    regular: reason === 'Found',
    reason,
    ...(limitedBy && { limitedBy }),
    ...(boundary && { boundary }),
    inversions,
    ...(beforeHold !== undefined && { beforeHold }),
  };
}

/** Where too few seconds agree, the least that a trial which held has achieved. */
function throughput({ secondsAt }: SearchSettings, { rate, trials }: TriedRate): number {
  const good = trials.filter((trial) => trial.good).map(({ achieved }) => Math.min(achieved, rate));
  return conditionalThroughput(trials, secondsAt(rate)) ?? Math.min(...good);
}

/** What most of the bad trials at a rate broke first. */
function limitOf({ trials }: TriedRate): CapacityLimit | undefined {
  const limits = trials.flatMap(({ by }) => by?.[0] ?? []);
  const grouped = Map.groupBy(limits, ({ metric, request }) => `${metric} ${request ?? ''}`);
  return [...grouped.values()].sort((a, b) => b.length - a.length)[0]?.[0];
}

/** A threshold is approached gradually when it comes within this factor of its limit on either side of the boundary. */
const GRADUAL = 2;

/** Undefined where a threshold has no upper limit, or was not measured on both sides. */
function boundaryOf(
  settings: SearchSettings,
  low: TriedRate,
  high: TriedRate,
  limit: CapacityLimit,
): Capacity['boundary'] {
  const observed = (trials: readonly FinishedTrial[]) =>
    median(trials.flatMap((trial) => observedOf(settings, trial, limit) ?? []).map(({ value, max }) => value / max));
  const below = observed(low.trials.filter(({ good }) => good));
  const above = observed(high.trials.filter(({ good }) => !good));
  if (below === undefined || above === undefined) return undefined;
  return below < 1 / GRADUAL && above > GRADUAL ? 'Cliff' : 'Smooth';
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

/** What held before the target had time to scale; undefined when it never got any. */
function rateBeforeHold(settings: SearchSettings, trials: readonly FinishedTrial[]): number | undefined {
  const first = trials.findIndex(({ purpose }) => purpose === 'Hold');
  return first < 0 ? undefined : bracketOf(triedRates(settings, trials.slice(0, first))).low?.rate;
}
