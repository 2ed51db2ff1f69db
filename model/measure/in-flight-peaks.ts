import { msToSeconds } from '../../api/common/duration.ts';

/**
 * The largest numbers of requests in flight, cumulative as everything in a snapshot: `most` of the whole load so far, `newest` of the last whole
 * seconds of the load, one each, `second` being the last of them. Several are kept, so that a lost update loses no second.
 */
export type InFlightPeaks = { second: number; newest: number[]; most: number };

export const NO_PEAKS: InFlightPeaks = { second: 0, newest: [], most: 0 };

/** More than the seconds between two updates of a thousand runners. */
export const PEAK_SECONDS = 16;

/** Snapshots are taken at the end of each second, or a little later on a busy machine. */
const LATE_SECONDS = 0.25;

/** A part of a measurement: its peaks, and its requests in flight at its end. */
export type PeaksOf = { peaks: InFlightPeaks | undefined; inFlight: number };

/** Adds `most`, the largest number since the snapshot before the one at `elapsedMs`. It counts for every second that it may belong to. */
export function withPeak(peaks: InFlightPeaks, elapsedMs: number, most: number): InFlightPeaks {
  const second = Math.max(peaks.second, Math.ceil(msToSeconds(elapsedMs) - LATE_SECONDS));
  const seconds = Math.min(second - peaks.second, PEAK_SECONDS);
  const newest =
    seconds === 0
      ? [...peaks.newest.slice(0, -1), Math.max(peaks.newest.at(-1) ?? 0, most)]
      : [...peaks.newest, ...Array.from({ length: seconds }, () => most)].slice(-PEAK_SECONDS);
  return { second, newest, most: Math.max(peaks.most, most) };
}

/**
 * The peaks of threads or runners together: the sum of those of the same second, and of those of the whole load. Both are upper bounds, as
 * the parts may have been highest at different moments. A part that has yet to report a second counts with its requests in flight.
 */
export function mergePeaks(parts: readonly PeaksOf[]): InFlightPeaks | undefined {
  const known = parts.flatMap(({ peaks, inFlight }) => (peaks === undefined ? [] : { peaks, inFlight }));
  if (known.length === 0) return undefined;
  const second = Math.max(...known.map(({ peaks }) => peaks.second));
  const length = Math.max(...known.map(({ peaks }) => peaks.newest.length));
  const sumOf = (at: number) => known.reduce((sum, part) => sum + (peakIn(part.peaks, at) ?? lacking(part, at)), 0);
  return {
    second,
    newest: Array.from({ length }, (_, i) => sumOf(second - (length - 1 - i))),
    most: known.reduce((sum, { peaks }) => sum + peaks.most, 0),
  };
}

function lacking({ peaks, inFlight }: { peaks: InFlightPeaks; inFlight: number }, second: number): number {
  return second > peaks.second ? inFlight : 0;
}

function peakIn({ second, newest }: InFlightPeaks, at: number): number | undefined {
  return at > second ? undefined : newest[newest.length - 1 - (second - at)];
}

/** Reads the peaks of each runner once: the largest numbers since the call before. */
export class PeakReader {
  readonly #read: (InFlightPeaks | undefined)[] = [];

  /** The sum over the runners, by index, of the largest number that each reports for the first time; else of its requests in flight. */
  take(runners: readonly (PeaksOf | undefined)[]): number {
    return runners.reduce((sum, runner, index) => sum + (runner === undefined ? 0 : this.#takeOf(runner, index)), 0);
  }

  #takeOf({ peaks, inFlight }: PeaksOf, index: number): number {
    if (peaks === undefined) return inFlight;
    const before = this.#read[index];
    this.#read[index] = peaks;
    // A new maximum of the load is new even where the newest seconds no longer have it.
    if (before === undefined || peaks.most > before.most) return peaks.most;
    const count = Math.min(peaks.second - before.second, peaks.newest.length);
    return Math.max(inFlight, ...(count <= 0 ? [] : peaks.newest.slice(-count)));
  }
}
