import { zlib } from '../common/zlib.ts';
import { Histogram } from './histogram.ts';

/**
 * The V2 encoding of HdrHistogram, which its ports to every language read: a 40-byte header, then the counts as zigzag LEB128
 * numbers in which a negative one stands for that many empty buckets; compressed with zlib behind an 8-byte header of its own.
 */
const COOKIE = 0x1c849313;
const COMPRESSED_COOKIE = 0x1c849314;
const HEADER_BYTES = 40;
const DIGITS = 3;
const MAX_BYTES_PER_COUNT = 9;

/** `histogram` in the compressed V2 encoding, base64. */
export function encodeHistogram(histogram: Histogram): string {
  const payload = encodeCounts(histogram.counts);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32BE(COOKIE, 0);
  header.writeInt32BE(payload.length, 4);
  header.writeInt32BE(0, 8);
  header.writeInt32BE(DIGITS, 12);
  header.writeBigInt64BE(1n, 16);
  header.writeBigInt64BE(BigInt(Histogram.MAX_VALUE), 24);
  header.writeDoubleBE(1, 32);
  const compressed = zlib().deflateSync(Buffer.concat([header, payload]));
  const envelope = Buffer.alloc(8);
  envelope.writeInt32BE(COMPRESSED_COOKIE, 0);
  envelope.writeInt32BE(compressed.length, 4);
  return Buffer.concat([envelope, compressed]).toString('base64');
}

/**
 * The histogram that {@link encodeHistogram} or another implementation with the same range and precision encoded;
 * undefined when the text is anything else.
 */
export function decodeHistogram(text: string): Histogram | undefined {
  const histogram = new Histogram();
  return addEncoded(histogram, text) ? histogram : undefined;
}

/**
 * Adds what `text` encodes to `histogram`, bucket for bucket; false, and nothing is added, when it encodes none. A histogram has 184 KiB: to
 * merge a thousand of them they are not all to be decoded first.
 */
export function addEncoded({ counts }: Histogram, text: string): boolean {
  const payload = payloadOf(text);
  return payload !== undefined && readCounts(payload) && readCounts(payload, counts);
}

/** Whether `text` encodes a histogram. */
export function isHistogram(text: string): boolean {
  const payload = payloadOf(text);
  return payload !== undefined && readCounts(payload);
}

/** The encoded counts of a histogram of our range and precision. Never allocates more than a full one needs. */
function payloadOf(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length < 8 || bytes.readInt32BE(0) !== COMPRESSED_COOKIE) return undefined;
  let plain: Buffer;
  try {
    plain = zlib().inflateSync(bytes.subarray(8, 8 + bytes.readInt32BE(4)), {
      maxOutputLength: HEADER_BYTES + Histogram.LENGTH * MAX_BYTES_PER_COUNT,
    });
  } catch {
    return undefined;
  }
  if (plain.length < HEADER_BYTES || plain.readInt32BE(0) !== COOKIE || plain.readInt32BE(12) !== DIGITS)
    return undefined;
  if (plain.readBigInt64BE(16) !== 1n || plain.readBigInt64BE(24) !== BigInt(Histogram.MAX_VALUE)) return undefined;
  return plain.subarray(HEADER_BYTES, HEADER_BYTES + plain.readInt32BE(4));
}

function encodeCounts(counts: Float64Array): Buffer {
  const bytes: number[] = [];
  const end = counts.findLastIndex((n) => n > 0) + 1;
  for (let i = 0; i < end; ) {
    if (counts[i]! > 0) {
      writeVarint(bytes, 2 * counts[i]!);
      i++;
      continue;
    }
    const start = i;
    while (i < end && counts[i] === 0) i++;
    writeVarint(bytes, 2 * (i - start) - 1);
  }
  return Buffer.from(bytes);
}

/** Little-endian groups of seven bits. Plain arithmetic, as bit operations would cut counts to 32 bits. */
function writeVarint(bytes: number[], zigzag: number): void {
  let rest = zigzag;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** Adds what the payload holds to `counts`, or only looks whether it is what it should be. */
function readCounts(payload: Buffer, counts?: Float64Array): boolean {
  let bucket = 0;
  for (let at = 0; at < payload.length; ) {
    let zigzag = 0;
    let scale = 1;
    let byte: number;
    do {
      if (at >= payload.length || scale > 2 ** 49) return false;
      byte = payload[at++]!;
      zigzag += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    if (zigzag % 2 === 1) bucket += (zigzag + 1) / 2;
    else {
      if (counts !== undefined && bucket < Histogram.LENGTH) counts[bucket] = counts[bucket]! + zigzag / 2;
      bucket++;
    }
    if (bucket > Histogram.LENGTH) return false;
  }
  return true;
}
