import { zlib } from '../common/zlib.ts';
import { Histogram } from '../measure/histogram.ts';
import { PackedHistogram } from '../measure/packed-histogram.ts';

/**
 * The V2 encoding of HdrHistogram, which its ports to every language read: a 40-byte header, then the counts as PackedHistogram has them;
 * compressed with zlib behind an 8-byte header of its own.
 */
const COOKIE = 0x1c849313;
const COMPRESSED_COOKIE = 0x1c849314;
const HEADER_BYTES = 40;
const DIGITS = 3;
const MAX_BYTES_PER_COUNT = 9;
/** Most histograms fit into one chunk. Chunks of the default 16 KiB would be most of the garbage that an update leaves in the operator. */
const CHUNK_BYTES = 4096;

/** `histogram` in the compressed V2 encoding, base64. */
export function encodeHistogram({ bytes }: PackedHistogram): string {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32BE(COOKIE, 0);
  header.writeInt32BE(bytes.length, 4);
  header.writeInt32BE(0, 8);
  header.writeInt32BE(DIGITS, 12);
  header.writeBigInt64BE(1n, 16);
  header.writeBigInt64BE(BigInt(Histogram.MAX_VALUE), 24);
  header.writeDoubleBE(1, 32);
  const compressed = zlib().deflateSync(Buffer.concat([header, bytes]));
  const envelope = Buffer.alloc(8);
  envelope.writeInt32BE(COMPRESSED_COOKIE, 0);
  envelope.writeInt32BE(compressed.length, 4);
  return Buffer.concat([envelope, compressed]).toString('base64');
}

/**
 * The histogram that {@link encodeHistogram} or another implementation with the same range and precision encoded; undefined when the text
 * is anything else. Never allocates more than a full histogram needs.
 */
export function decodeHistogram(text: string): PackedHistogram | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length < 8 || bytes.readInt32BE(0) !== COMPRESSED_COOKIE) return undefined;
  let plain: Buffer;
  try {
    plain = zlib().inflateSync(bytes.subarray(8, 8 + bytes.readInt32BE(4)), {
      chunkSize: CHUNK_BYTES,
      maxOutputLength: HEADER_BYTES + Histogram.LENGTH * MAX_BYTES_PER_COUNT,
    });
  } catch {
    return undefined;
  }
  if (plain.length < HEADER_BYTES || plain.readInt32BE(0) !== COOKIE || plain.readInt32BE(12) !== DIGITS)
    return undefined;
  if (plain.readBigInt64BE(16) !== 1n || plain.readBigInt64BE(24) !== BigInt(Histogram.MAX_VALUE)) return undefined;
  return PackedHistogram.read(plain.subarray(HEADER_BYTES, HEADER_BYTES + plain.readInt32BE(4)));
}
