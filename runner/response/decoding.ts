import { zlib } from '../../model/common/zlib.ts';
import type { Failure } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { valuesOf } from './parsed-response.ts';

type Decoder = (body: Buffer, options: { maxOutputLength: number; finishFlush?: number }) => Buffer;
type Encoded = { headers: ResponseHeaders; body: Buffer };

/** The content codings (RFC 9110, 8.4.1). Some clients also accept raw deflate, at a cost; servers send zlib's format. */
const DECODERS: Record<string, Decoder> = {
  gzip: (...body) => zlib().gunzipSync(...body),
  'x-gzip': (...body) => zlib().gunzipSync(...body),
  deflate: (...body) => zlib().inflateSync(...body),
  br: (...body) => zlib().brotliDecompressSync(...body),
};

/** Decodes a body. A decoded body above `maxOutputLength` bytes is the failure BodyTooLarge. */
export function decode(encoded: Encoded, maxOutputLength: number): { body: Buffer } | { failure: Failure } {
  const { body } = encoded;
  const coding = codingOf(encoded);
  const decoder = DECODERS[coding];
  if (decoder === undefined || body.length === 0) return { body };
  try {
    return { body: decoder(body, { maxOutputLength }) };
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return {
      failure: tooLarge
        ? bodyTooLarge(maxOutputLength)
        : { kind: 'MalformedResponse', example: `the body is not valid ${coding}` },
    };
  }
}

export function bodyTooLarge(limit: number): Failure {
  return { kind: 'BodyTooLarge', example: `a body of more than ${limit} bytes` };
}

/** The limit on the decoded start of a body; only a decompression bomb exceeds it. */
const MAX_READABLE_BYTES = 4 * 1024 * 1024;

/**
 * The start of a body for people to read: decoded as far as possible. Where the headers are unknown, the first bytes identify the coding.
 * Brotli has no such bytes; a body counts as brotli when it decodes to text.
 */
export function readable(encoded: Encoded): Buffer {
  const { body } = encoded;
  const coding = codingOf(encoded) || (codingByMagic(body) ?? (isText(body) ? '' : 'br'));
  const decoder = DECODERS[coding];
  if (decoder === undefined) return body;
  const { constants } = zlib();
  const finishFlush = coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH;
  try {
    const decoded = decoder(body, { maxOutputLength: MAX_READABLE_BYTES, finishFlush });
    return coding === 'br' && !isText(decoded) ? body : decoded;
  } catch {
    return body;
  }
}

function codingOf({ headers }: Pick<Encoded, 'headers'>): string {
  return valuesOf(headers, 'content-encoding')[0]?.toLowerCase() ?? '';
}

/** The coding whose magic bytes a body begins with (RFC 1952, RFC 1950). */
function codingByMagic(body: Buffer): string | undefined {
  const [first = 0, second = 0, third = 0] = body;
  if (first === 0x1f && second === 0x8b && third === 8) return 'gzip';
  return first === 0x78 && ((first << 8) | second) % 31 === 0 && !isText(body) ? 'deflate' : undefined;
}

/** Whether bytes are UTF-8; the last character may be cut off. */
function isText(bytes: Buffer): boolean {
  return bytes.length > 0 && !bytes.toString().slice(0, -1).includes('\ufffd');
}
