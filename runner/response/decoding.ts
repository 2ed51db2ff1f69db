import { zlib } from '../../model/common/zlib.ts';
import type { Failure } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { valuesOf } from './parsed-response.ts';

type Decoder = (body: Buffer, options: { maxOutputLength: number; finishFlush?: number }) => Buffer;
type Encoded = { headers: ResponseHeaders; body: Buffer };

/** More than one decoder takes what these give, the coding's raw form included, at a cost; servers send zlib's. */
const DECODERS: Record<string, Decoder> = {
  gzip: (...body) => zlib().gunzipSync(...body),
  'x-gzip': (...body) => zlib().gunzipSync(...body),
  deflate: (...body) => zlib().inflateSync(...body),
  br: (...body) => zlib().brotliDecompressSync(...body),
};

/** The body without its coding. */
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
        : { kind: 'MalformedResponse', example: `body is no ${coding}` },
    };
  }
}

export function bodyTooLarge(limit: number): Failure {
  return { kind: 'BodyTooLarge', example: `a body of more than ${limit} bytes` };
}

/** The beginning of a body is small, and so is what it holds, unless it was made to be large. */
const MOST_READABLE = 4 * 1024 * 1024;

/**
 * The beginning of a body as people read it: without its coding, as far as it can be decoded. Where the headers were not looked at, its
 * first bytes say what it is; a body in brotli has none, and is what becomes text by it.
 */
export function readable(encoded: Encoded): Buffer {
  const { body } = encoded;
  const coding = codingOf(encoded) || (beginningOf(body) ?? (isText(body) ? '' : 'br'));
  const decoder = DECODERS[coding];
  if (decoder === undefined) return body;
  const { constants } = zlib();
  const finishFlush = coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH;
  try {
    const decoded = decoder(body, { maxOutputLength: MOST_READABLE, finishFlush });
    return coding === 'br' && !isText(decoded) ? body : decoded;
  } catch {
    return body;
  }
}

function codingOf({ headers }: Pick<Encoded, 'headers'>): string {
  return valuesOf(headers, 'content-encoding')[0]?.toLowerCase() ?? '';
}

/** What a coding of zlib begins with (RFC 1952, RFC 1950). */
function beginningOf(body: Buffer): string | undefined {
  const [first = 0, second = 0, third = 0] = body;
  if (first === 0x1f && second === 0x8b && third === 8) return 'gzip';
  return first === 0x78 && ((first << 8) | second) % 31 === 0 && !isText(body) ? 'deflate' : undefined;
}

/** Whether it is UTF-8, but for a character that the end may have cut. */
function isText(bytes: Buffer): boolean {
  return bytes.length > 0 && !bytes.toString().slice(0, -1).includes('\ufffd');
}
