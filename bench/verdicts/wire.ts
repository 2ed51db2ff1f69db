import { http1Exchanges, http2Exchanges, type SetUp } from './exchanges.ts';
import type { Segment } from './packets.ts';
import type { Entry } from './target.ts';

/** One request as the wire has it; milliseconds since the start of the load. `takenUpMs`: when the target began with it. */
export type WireRequest = { n: number; port: number; sentMs: number; takenUpMs: number; answeredMs?: number };

/** The requests in the order of their sending, and the set-ups of the connections, in milliseconds since the start of the load. */
export type Wire = { requests: WireRequest[]; setUps: SetUp[] };

/**
 * What was on the wire, in the target's words. The target's log has the numbers of the requests; its times begin only when the target reads.
 * `startMs`: the start of the load, epoch milliseconds. Throws where a request of the log was not captured.
 */
export function wireOf(segments: readonly Segment[], targetPort: number, startMs: number, log: readonly Entry[]): Wire {
  const isHttp2 = log.some(({ stream }) => stream > 0);
  const { exchanges, setUps } = (isHttp2 ? http2Exchanges : http1Exchanges)(segments, targetPort);
  const entries = new Map(log.map((entry) => [keyOf(entry), entry]));
  const requests = exchanges.flatMap((exchange) => {
    const entry = entries.get(keyOf({ ...exchange, n: Number(exchange.path?.slice(1)) }));
    if (entry === undefined) return []; // cut off before the target read it
    const { sentMs, answeredMs, port } = exchange;
    return {
      ...{ n: entry.n, port, sentMs: sentMs - startMs, takenUpMs: entry.receivedMs },
      ...(answeredMs !== undefined && { answeredMs: answeredMs - startMs }),
    };
  });
  if (requests.length < log.length)
    throw new Error(`only ${requests.length} of ${log.length} requests of the log were on the wire`);
  const sinceStart = ({ port, fromMs, toMs }: SetUp) => ({ port, fromMs: fromMs - startMs, toMs: toMs - startMs });
  return { requests, setUps: setUps.filter(({ port }) => requests.some((r) => r.port === port)).map(sinceStart) };
}

/** Over HTTP/1.1 a connection carries many requests, over HTTP/2 a stream carries one. */
function keyOf({ n, port, stream }: Pick<Entry, 'n' | 'port' | 'stream'>): string {
  return stream === 0 ? String(n) : `${port} ${stream}`;
}
