import { zlib } from '../../model/common/zlib.ts';
import type { Failure } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { valuesOf } from './parsed-response.ts';

type Options = { maxOutputLength: number; finishFlush?: number };
/** Decodes a body; `cut`: only its beginning, as far as that goes. Throws zlib's error. */
type Decoder = (body: Buffer, options: Options, cut: boolean) => Buffer;
type Encoded = { headers: ResponseHeaders; body: Buffer };

const gunzip: Decoder = (body, options, cut) => zlib().gunzipSync(body, flushing(options, cut, 'Z_SYNC_FLUSH'));

/** The content codings (RFC 9110, 8.4.1; RFC 8878 for zstd). */
const DECODERS: Record<string, Decoder> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: (body, options, cut) => {
    const { inflateSync, inflateRawSync } = zlib();
    // Old servers send deflate without zlib's header, which browsers accept.
    const inflate = hasZlibHeader(body) ? inflateSync : inflateRawSync;
    return inflate(body, flushing(options, cut, 'Z_SYNC_FLUSH'));
  },
  br: (body, options, cut) => zlib().brotliDecompressSync(body, flushing(options, cut, 'BROTLI_OPERATION_FLUSH')),
  zstd: (body, options, cut) => zlib().zstdDecompressSync(body, flushing(options, cut, 'ZSTD_e_flush')),
};

function flushing(
  options: Options,
  cut: boolean,
  flush: 'Z_SYNC_FLUSH' | 'BROTLI_OPERATION_FLUSH' | 'ZSTD_e_flush',
): Options {
  return cut ? { ...options, finishFlush: zlib().constants[flush] } : options;
}

/** A body without its codings. `undecoded`: the first of them that the runner does not know; the body still has it. */
export type Decoded = { body: Buffer; undecoded?: string };

/** Decodes a body, asked for or not: a request without Accept-Encoding accepts any coding. Above `maxOutputLength` bytes it is BodyTooLarge. */
export function decode(encoded: Encoded, maxOutputLength: number): Decoded | { failure: Failure } {
  let { body } = encoded;
  if (body.length === 0) return { body };
  for (const coding of codingsOf(encoded.headers)) {
    const decoder = DECODERS[coding];
    if (decoder === undefined) return { body, undecoded: coding };
    try {
      body = decoder(body, { maxOutputLength }, false);
    } catch (error) {
      const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      return {
        failure: tooLarge
          ? bodyTooLarge(maxOutputLength)
          : { kind: 'MalformedResponse', example: `the body is not valid ${coding}` },
      };
    }
  }
  return { body };
}

export function bodyTooLarge(limit: number): Failure {
  return { kind: 'BodyTooLarge', example: `a body of more than ${limit} bytes` };
}

/** Whether a body has any coding. */
export function isCoded(headers: ResponseHeaders): boolean {
  return headers['content-encoding'] !== undefined && codingsOf(headers).length > 0;
}

/** The codings of a body, the last applied one first: the order in which they are removed. */
function codingsOf(headers: ResponseHeaders): string[] {
  return valuesOf(headers, 'content-encoding')
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .reverse();
}

/** The limit on the decoded start of a body; only a decompression bomb exceeds it. */
const MAX_READABLE_BYTES = 4 * 1024 * 1024;

/**
 * The start of a body for people to read: decoded as far as possible. Where the headers are unknown, the first bytes identify the coding.
 * Brotli has no such bytes; a body counts as brotli when it decodes to text.
 */
export function readable({ headers, body }: Encoded): Buffer {
  const named = codingsOf(headers);
  const codings = named.length > 0 ? named : [codingByMagic(body) ?? (isText(body) ? 'identity' : 'br')];
  let decoded = body;
  for (const coding of codings) {
    const decoder = DECODERS[coding];
    if (decoder === undefined) return decoded;
    try {
      decoded = decoder(decoded, { maxOutputLength: MAX_READABLE_BYTES }, true);
    } catch {
      return body;
    }
  }
  return named.length === 0 && codings[0] === 'br' && !isText(decoded) ? body : decoded;
}

/** Whether a body begins with zlib's header (RFC 1950, 2.2), and not with deflate's first block. */
function hasZlibHeader([first = 0, second = 0]: Buffer): boolean {
  return (first & 0x0f) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0;
}

/** The coding whose magic bytes a body begins with (RFC 1952, RFC 1950, RFC 8878). */
function codingByMagic(body: Buffer): string | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = body;
  if (first === 0x1f && second === 0x8b && third === 8) return 'gzip';
  if (first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd) return 'zstd';
  return first === 0x78 && hasZlibHeader(body) && !isText(body) ? 'deflate' : undefined;
}

/** Whether bytes are UTF-8; the last character may be cut off. */
function isText(bytes: Buffer): boolean {
  return bytes.length > 0 && !bytes.toString().slice(0, -1).includes('\ufffd');
}
