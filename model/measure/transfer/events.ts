import type { Histogram } from '../histogram.ts';
import { mergePacked, type PackedHistogram } from '../packed-histogram.ts';

/**
 * The events of the streams that a request opened, with histograms of the form `H` of microseconds: `first` from the intended arrival to the
 * first event of each stream, `between` from each event to the next.
 */
export type EventsOf<H> = { received: number; first: H; between: H };

/** The events with their histograms in another form. `convert` also receives the name of the time. */
export function mapEvents<A, B>(
  { received, first, between }: EventsOf<A>,
  convert: (histogram: A, time: 'first' | 'between') => B,
): EventsOf<B> {
  return { received, first: convert(first, 'first'), between: convert(between, 'between') };
}

/** The sum; undefined for a request without streams. */
export function mergeEvents(
  parts: readonly (EventsOf<PackedHistogram> | undefined)[],
): EventsOf<Histogram> | undefined {
  const known = parts.flatMap((part) => part ?? []);
  if (known.length === 0) return undefined;
  return {
    received: known.reduce((sum, { received }) => sum + received, 0),
    first: mergePacked(known.map(({ first }) => first)),
    between: mergePacked(known.map(({ between }) => between)),
  };
}
