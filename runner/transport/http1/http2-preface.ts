/** The bytes of the header of a frame, and the type of SETTINGS (RFC 9113, 4.1 and 6.5). */
const [HEADER_BYTES, SETTINGS] = [9, 4];

/** Whether a connection begins at `at` with the frame that a server of HTTP/2 sends first: SETTINGS of stream 0 (RFC 9113, 3.4). */
export function isHttp2Preface(bytes: Buffer, at: number, length: number): boolean {
  return (
    length - at >= HEADER_BYTES && bytes[at] === 0 && bytes[at + 3] === SETTINGS && bytes.readUInt32BE(at + 5) === 0
  );
}
