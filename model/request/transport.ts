import type { Target } from '../../api/loadtest/target/target.ts';

/** The implementations of HTTP; see docs/design/0021-transports.md. */
export type TransportName = 'Lean' | 'Undici' | 'HTTP2' | 'NodeHTTP2';

/** The transport of a target: by default Lean for HTTP/1.1, and HTTP2, which is as lean, for HTTP/2. */
export function transportOf({ http }: Target): TransportName {
  if (http?.version === 'HTTP2') return http.transport === 'NodeHTTP2' ? 'NodeHTTP2' : 'HTTP2';
  return http?.transport === 'Undici' ? 'Undici' : 'Lean';
}
