import { recordOf } from '../../../api/status/counters.ts';
import type { Histogram } from '../histogram.ts';
import { mergePacked, type PackedHistogram } from '../packed-histogram.ts';

/**
 * The times of the steps of opening a connection, as histograms of the form `H` of microseconds: each resolution of a name, each TCP connect,
 * and each TLS handshake.
 */
export type Steps<H> = { dns: H; connect: H; tls: H };

const STEP_NAMES = Object.keys({ dns: 0, connect: 0, tls: 0 } satisfies Steps<0>) as readonly (keyof Steps<0>)[];

/** `opened` connections carried `written` requests; each redirect that was followed is one of its own. */
export type ConnectionsOf<H> = Steps<H> & { opened: number; written: number };

/** The connections with their histograms in another form. `convert` also receives the name of the step. */
export function mapConnections<A, B>(
  { opened, written, ...steps }: ConnectionsOf<A>,
  convert: (histogram: A, step: keyof Steps<A>) => B,
): ConnectionsOf<B> {
  return { opened, written, ...recordOf(STEP_NAMES, (step) => convert(steps[step], step)) };
}

/** The sum; undefined when nobody counted connections. */
export function mergeConnections(
  parts: readonly (ConnectionsOf<PackedHistogram> | undefined)[],
): ConnectionsOf<Histogram> | undefined {
  const known = parts.flatMap((part) => part ?? []);
  if (known.length === 0) return undefined;
  return {
    opened: known.reduce((sum, { opened }) => sum + opened, 0),
    written: known.reduce((sum, { written }) => sum + written, 0),
    ...recordOf(STEP_NAMES, (step) => mergePacked(known.map((part) => part[step]))),
  };
}

/** Requests that were sent on a connection that had carried another one. A connection that was opened in vain carried none. */
export function reusedOf({ opened, written }: Pick<ConnectionsOf<unknown>, 'opened' | 'written'>): number {
  return Math.max(0, written - opened);
}
