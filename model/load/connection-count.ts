import type { Target } from '../../api/loadtest/target/target.ts';
import { type EnginePosition, shareAt } from './engine-position.ts';

/**
 * An engine's share of the connections that a target asks for, at least one. A target that asks for no number gets one connection an
 * engine for HTTP/2, and for HTTP/1.1 as many as there are requests in flight.
 */
export function connectionsOf({ http }: Target, position: EnginePosition): number {
  if (http?.connections !== undefined) return Math.max(1, shareAt(http.connections, position));
  return http?.version === 'HTTP2' ? 1 : Number.POSITIVE_INFINITY;
}
