import type { Target } from '../../api/loadtest/target/target.ts';

/** What makes the requests. Each is told of in docs/design/0021-transports.md. */
export type TransportName = 'Lean' | 'Undici' | 'HTTP2';

/** The transport that a spec asks for: the lean one for HTTP/1.1, unless undici is to be the judge of it. */
export function transportOf({ http }: Target): TransportName {
  if (http?.version === 'HTTP2') return 'HTTP2';
  return http?.transport === 'Undici' ? 'Undici' : 'Lean';
}
