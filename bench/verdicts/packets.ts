/**
 * The bytes that one TCP segment adds to its connection; none where the client opens it, and where the target accepts it. Ports identify the connection, because both ends have
 * one address.
 */
export type Segment = { atMs: number; fromPort: number; toPort: number; bytes: Buffer };

const MAGIC_NANOSECONDS = 0xa1b23c4d;
const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const ETHERNET_HEADER_BYTES = 14;
const SYN = 0x02;

/**
 * The segments of a capture in pcap's format with nanoseconds, of Ethernet frames with IPv4, in the order of their sending; `atMs` is epoch
 * milliseconds. Bytes that were sent again are left out. Throws for another format, and where the capture has lost a segment.
 */
export function segmentsOf(capture: Buffer): Segment[] {
  if (capture.readUInt32LE(0) !== MAGIC_NANOSECONDS) throw new Error('not a little-endian capture with nanoseconds');
  const segments: Segment[] = [];
  const next = new Map<string, number>();
  for (let at = FILE_HEADER_BYTES; at + RECORD_HEADER_BYTES < capture.length; ) {
    const atMs = capture.readUInt32LE(at) * 1e3 + capture.readUInt32LE(at + 4) / 1e6;
    const length = capture.readUInt32LE(at + 8);
    const ip = at + RECORD_HEADER_BYTES + ETHERNET_HEADER_BYTES;
    at += RECORD_HEADER_BYTES + length;
    const tcp = ip + (capture[ip]! & 15) * 4;
    const [fromPort, toPort] = [capture.readUInt16BE(tcp), capture.readUInt16BE(tcp + 2)];
    const key = `${fromPort}-${toPort}`;
    const sequence = capture.readUInt32BE(tcp + 4);
    const bytes = capture.subarray(tcp + (capture[tcp + 12]! >>> 4) * 4, ip + capture.readUInt16BE(ip + 2));
    const flags = capture[tcp + 13]!;
    if ((flags & SYN) !== 0) {
      next.set(key, sequence + 1);
      segments.push({ atMs, fromPort, toPort, bytes });
    }
    const expected = next.get(key);
    if (bytes.length === 0 || expected === undefined) continue;
    const known = (expected - sequence) | 0; // sequence numbers wrap around
    if (known < 0) throw new Error(`the capture lacks ${-known} bytes of the connection ${key}`);
    if (known >= bytes.length) continue;
    segments.push({ atMs, fromPort, toPort, bytes: bytes.subarray(known) });
    next.set(key, sequence + bytes.length);
  }
  return segments;
}
