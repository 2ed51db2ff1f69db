import type { RequestSpec } from '../../api/loadtest/request.ts';

/** The limit on all heads of one response together: status lines, headers and trailers, those of informational responses included. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** The error of a response with larger heads. */
export const HEADERS_TOO_LARGE = `headers of more than ${MAX_HEAD_BYTES / 1024} KiB`;

/** The headers of a response by name in lower case; a name that occurs more than once has all its values. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The part of a request that a transport sends. `headers` alternates names and values. */
export type OutgoingRequest = {
  method: RequestSpec['method'];
  path: string;
  headers: string[];
  body: Buffer | null;
  /** The same object is sent many times, so that a transport may cache its serialised form. */
  fixed: boolean;
  /** Whether the headers of the response are needed. */
  wantsHeaders: boolean;
};
