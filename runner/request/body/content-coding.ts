import type { Body } from '../../../api/loadtest/body/body.ts';
import { zlib } from '../../../model/common/zlib.ts';

/** A content coding (RFC 9110, 8.4.1): its name in Content-Encoding, and how it encodes a body. */
export type ContentCoding = { name: string; encode(body: Buffer): Buffer };

/** The coding of each value of a body's field `encoding`. */
export const CONTENT_CODINGS: Record<NonNullable<Body['encoding']>, ContentCoding> = {
  Gzip: { name: 'gzip', encode: (body) => zlib().gzipSync(body) },
};
