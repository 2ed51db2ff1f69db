import type { Target } from '../../api/loadtest/target/target.ts';

/** The implementations of HTTP; see docs/design/0021-transports.md. */
export type TransportName = 'Lean' | 'Undici' | 'HTTP2';

/** The transport of a target: by default Lean, for HTTP/1.1. */
export function transportOf({ http }: Target): TransportName {
  if (http?.version === 'HTTP2') return 'HTTP2';
  return http?.transport === 'Undici' ? 'Undici' : 'Lean';
}
