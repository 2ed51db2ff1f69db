import type { Json, Prepared, TestContext } from '../../../api/loadtest/loadtest-script.d.ts';

/** The costly fields of a call, which a script receives once it has read one of them. */
export const FIELDS = ['row', 'session', 'request', 'headers', 'body'] as const;
export type FieldName = (typeof FIELDS)[number];

/** The values of fields in a message; a body is given by its number of bytes in the frame. */
export type Fields = {
  row?: Record<string, string>;
  session?: Record<string, string>;
  request?: Prepared;
  headers?: Record<string, string>;
  body?: number;
};

export const REQUEST = 0;
export const CHECK = 1;

/** A call: which function, the arrival's number, the request's number in its iteration, the status of a response (0 without one), fields. */
export type CallMessage = [kind: typeof REQUEST | typeof CHECK, index: number, step: number, status: number, Fields];

/** What the contexts of all calls of one engine have in common. */
export type Surroundings = { runner: number; worker: number; seed: number; data: Json };

/** The response to a `fetch` of the script, whose body is the bytes of the frame, or the reason why there is none. */
export type Fetched =
  | { status: number; statusText: string; url: string; redirected: boolean; headers: [string, string][] }
  | { problem: string; cause?: string };

/** A message of the runner to the process of a script. */
export type ToScript =
  | { type: 'load'; url: string; source: string; test: TestContext /** Whether it may fetch. */; fetches: boolean }
  | { type: 'begin'; surroundings: Surroundings }
  | { type: 'calls'; calls: CallMessage[] }
  | { type: 'setup' }
  | { type: 'teardown'; data: Json }
  | { type: 'fetched'; id: number; fetched: Fetched };

/** The value of a field that a script reads for the first time; the process waits for it. */
export type Filling = Fields;
