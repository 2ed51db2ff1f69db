import { MAX_KEPT_TRACES } from '../../../api/common/sizes.ts';

/** A request with a sampled trace that has ended. */
export type TracedRequest = {
  traceId: string;
  /** The name of the request. */
  request: string;
  /** The code of its response, or the kind of its error. */
  outcome: string;
  responseTimeUs: number;
  /** When it ended, epoch milliseconds of the runner's clock. */
  endedAtMs: number;
};

/** The requests whose traces are worth reading: at most ten of each. */
export type KeptTraces = {
  /** The slowest ones, in this order; timeouts included. */
  slowest: TracedRequest[];
  /** Unexpected responses and errors, of as many kinds as possible. */
  unexpected: TracedRequest[];
};

/** A kept trace with the reason, and its address for people. */
export type LinkedTrace = TracedRequest & { kept: 'Slowest' | 'Unexpected'; link?: string };

export const NO_TRACES: KeptTraces = { slowest: [], unexpected: [] };

/** The slowest of `kept` and one more. */
export function withSlow(kept: TracedRequest[], traced: TracedRequest): TracedRequest[] {
  const last = kept[MAX_KEPT_TRACES - 1];
  if (last !== undefined && last.responseTimeUs >= traced.responseTimeUs) return kept;
  const at = kept.findIndex((other) => other.responseTimeUs < traced.responseTimeUs);
  return kept.toSpliced(at < 0 ? kept.length : at, 0, traced).slice(0, MAX_KEPT_TRACES);
}

/** `kept` with one more. Where there is no room, a new kind replaces the newest of the most frequent kind. */
export function withUnexpected(kept: TracedRequest[], traced: TracedRequest): TracedRequest[] {
  if (kept.length < MAX_KEPT_TRACES) return [...kept, traced];
  if (kept.some((other) => kindOf(other) === kindOf(traced))) return kept;
  const [most = []] = [...Map.groupBy(kept, kindOf).values()].sort((a, b) => b.length - a.length);
  return most.length < 2 ? kept : [...kept.filter((other) => other !== most.at(-1)), traced];
}

/** The traces of all parts, which take turns so that each contributes some. */
export function mergeTraces(parts: readonly { traces?: KeptTraces | undefined }[]): { traces?: KeptTraces } {
  const known = parts.flatMap(({ traces }) => traces ?? []);
  if (known.length === 0) return {};
  const inTurns = Array.from({ length: MAX_KEPT_TRACES }, (_, i) =>
    known.flatMap(({ unexpected }) => unexpected[i] ?? []),
  );
  return {
    traces: {
      slowest: known.flatMap(({ slowest }) => slowest).reduce(withSlow, NO_TRACES.slowest),
      unexpected: inTurns.flat().reduce(withUnexpected, NO_TRACES.unexpected),
    },
  };
}

/** All traces in one list, with addresses by the template `link`, in which {traceId} is the place of the identifier. */
export function linkedTraces({ slowest, unexpected }: KeptTraces, link: string | undefined): LinkedTrace[] {
  const linked = (kept: LinkedTrace['kept']) => (traced: TracedRequest) => ({
    kept,
    ...traced,
    ...(link !== undefined && { link: link.replaceAll('{traceId}', traced.traceId) }),
  });
  return [...slowest.map(linked('Slowest')), ...unexpected.map(linked('Unexpected'))];
}

function kindOf({ request, outcome }: TracedRequest): string {
  return `${request} ${outcome}`;
}
