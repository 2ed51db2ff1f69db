import { type FinishedTrial, isJudged } from '../../../api/status/capacity.ts';
import { type Bound, classify } from './classification.ts';
import type { SearchSettings } from './settings.ts';

/** A rate that was tried. `isDecided`: enough seconds agree; otherwise `verdict` is what the first trials suggest, Unknown after one failure. */
export type TriedRate = {
  rate: number;
  verdict: 'Good' | 'Bad' | 'Unknown';
  isDecided: boolean;
  /** The trials that count, in their order. */
  trials: readonly FinishedTrial[];
};

/** The rates that the search knows: the lowest bad one, the highest good one below it, and the ones next to them. */
export type Bracket = {
  low: TriedRate | undefined;
  high: TriedRate | undefined;
  /** The next good rate below `low`, and the next bad one above `high`. */
  lower: TriedRate | undefined;
  higher: TriedRate | undefined;
  /** Good rates above `high`: what speaks against monotony is resolved for the safe side. */
  inversions: number;
};

/** Whether a trial counts for its rate. */
export function counts({ purpose, generator }: FinishedTrial): boolean {
  return isJudged(purpose) && generator === undefined;
}

/** The rates of the finished trials, ascending. */
export function triedRates(
  { secondsAt }: Pick<SearchSettings, 'secondsAt'>,
  trials: readonly FinishedTrial[],
): TriedRate[] {
  const byRate = new Map<number, FinishedTrial[]>();
  for (const trial of trials) {
    const { purpose, rate, good } = trial;
    if (!counts(trial)) continue;
    const before = byRate.get(rate);
    // What a rate did before the target had time to scale says nothing once it holds.
    const hasScaled = good && before !== undefined && purpose === 'Climb' && wasHeld(trials, trial);
    if (before === undefined || hasScaled) byRate.set(rate, [trial]);
    else before.push(trial);
  }
  return [...byRate].map(([rate, own]) => judgedRate(rate, own, secondsAt(rate))).sort((a, b) => a.rate - b.rate);
}

function wasHeld(trials: readonly FinishedTrial[], { number, rate }: FinishedTrial): boolean {
  const before = trials.find((trial) => trial.number === number - 1);
  return before?.purpose === 'Hold' && before.rate === rate;
}

function judgedRate(rate: number, trials: readonly FinishedTrial[], usualSeconds: number): TriedRate {
  const bound = boundOf(trials, usualSeconds);
  if (bound !== 'Undecided') return { rate, verdict: bound === 'Lower' ? 'Good' : 'Bad', isDecided: true, trials };
  const [first, second] = trials;
  const once = second === undefined ? 'Unknown' : 'Bad';
  return { rate, verdict: first?.good || second?.good ? 'Good' : once, isDecided: false, trials };
}

/**
 * The long trial confirms what the short ones found, and failing twice refutes it. The two failures that stopped a climb were chosen because
 * they are failures: where the rate is decided later, only the trials since then are a fair sample.
 */
function boundOf(trials: readonly FinishedTrial[], usualSeconds: number): Bound {
  const confirming = trials.filter(({ purpose }) => purpose === 'Confirm');
  if (confirming.length > 1 && confirming.every(({ good }) => !good)) return 'Upper';
  const short = trials.filter(({ purpose }) => purpose !== 'Confirm');
  const deciding = short.filter(({ purpose }) => purpose === 'Decide');
  const isChosen = short.length > deciding.length && short.every(({ purpose, good }) => purpose === 'Decide' || !good);
  return classify(isChosen ? deciding : short, usualSeconds);
}

/** The bracket of the tried rates, which are ascending. */
export function bracketOf(rates: readonly TriedRate[]): Bracket {
  const bad = rates.filter(({ verdict }) => verdict === 'Bad');
  const good = rates.filter(({ verdict }) => verdict === 'Good');
  const [high, higher] = bad;
  const below = high === undefined ? good : good.filter(({ rate }) => rate < high.rate);
  return { low: below.at(-1), lower: below.at(-2), high, higher, inversions: good.length - below.length };
}
