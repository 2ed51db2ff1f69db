import { valuesOf } from '../../../response/parsed-response.ts';
import type { Failure } from '../../../transport/error-kind.ts';
import type { ResponseHeaders } from '../../../transport/message.ts';

// Why a response is none of gRPC, or too large.

export function notGrpc(status: number, headers: ResponseHeaders): Failure {
  const [type] = valuesOf(headers, 'content-type');
  const inWords = type === undefined ? 'without a content-type' : `with content-type ${type.slice(0, 100)}`;
  return { kind: 'NotGRPC', example: `a response of HTTP with status ${status} ${inWords}` };
}

/** `limit` in bytes. */
export function tooLarge(limit: number): Failure {
  return { kind: 'MessageTooLarge', example: `a message of more than ${limit} bytes` };
}

/** `limit` in bytes. */
export function tooLargeDecompressed(limit: number): Failure {
  return { kind: 'MessageTooLarge', example: `a message of more than ${limit} bytes when it is decompressed` };
}

/** The messages of a response that expectations or extractions read, decompressed; `limit` in bytes. */
export function tooLargeTogether(limit: number): Failure {
  return {
    kind: 'MessageTooLarge',
    example: `messages of more than ${limit} bytes together, which the expectations read`,
  };
}

export function malformed(example: string): Failure {
  return { kind: 'MalformedResponse', example };
}
