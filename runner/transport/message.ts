import type { RequestSpec } from '../../api/loadtest/request.ts';

/** All heads of one response together: status lines, headers, trailers, those of informational answers included. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** Headers of an answer, their names in lower case; of a name that came several times all values. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a transport needs of a request. `headers` are names and values in turn. */
export type OutgoingRequest = {
  method: RequestSpec['method'];
  path: string;
  headers: string[];
  body: Buffer | null;
  /** It is sent many times as it stands, so that what a transport makes of it is worth keeping. */
  fixed: boolean;
  /** Whether the response's headers are needed. */
  wantsHeaders: boolean;
};
