import type { FrameConnection } from './frames.ts';

/** The outcome of every request: 'done', or the kind of its error. */
type Outcome = string;

/** What a server does, and what that leads to. */
export type Behaviour = [
  what: string,
  /** The frames in response to a request on a stream. */
  frames: (stream: number, connection: FrameConnection) => readonly Buffer[],
  /** Where the reference differs, docs/notes/0064-where-the-http2-transports-differ.md has the row and the reason. */
  outcome: Outcome | { Lean: Outcome; NodeHTTP2: Outcome },
  /** What the client tells the server, such as `RST_STREAM PROTOCOL_ERROR` for a stream and `GOAWAY PROTOCOL_ERROR` for a connection. */
  reaction?: string | undefined,
  options?: BehaviourOptions,
];

export type BehaviourOptions = {
  /** What the server sends first, in place of its settings. */
  greeting?: readonly Buffer[];
  /** Fields of the request. */
  request?: object;
  /** The outcome of the first request, if it ends before the fault is noticed. */
  first?: Outcome;
};

export function outcomeOf(outcome: Behaviour[2], transport: 'Lean' | 'NodeHTTP2'): Outcome {
  return typeof outcome === 'string' ? outcome : outcome[transport];
}

export const OK = { ':status': '200' };
export const END = { end: true };
