/** The error codes of HTTP/2 (RFC 9113, 7), by their numbers. */
const NAMES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** The name of an error code in a reset or a GOAWAY; an unknown one in hexadecimal. */
export function errorName(code: number): string {
  return NAMES[code] ?? `error 0x${code.toString(16)}`;
}
