/** The length of the decompressed data, which gzip states in its last four bytes (RFC 1952, ISIZE): known without the work of decompression. */
export class GzipLength {
  /** Bytes modulo 2^32, once the data are complete. */
  bytes = 0;

  /** Reads the next part of the compressed data. */
  read(part: Buffer): void {
    for (const byte of part.subarray(-4)) this.bytes = ((this.bytes >>> 8) | (byte << 24)) >>> 0;
  }
}
