import { FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, PROTOCOL_ERROR } from './error-codes.ts';
import { MAX_31_BITS, MAX_FRAME_BYTES, type Violation } from './frame.ts';

/** The settings that this client sends or acts on (RFC 9113, 6.5.2). */
export const HEADER_TABLE_SIZE = 1;
export const ENABLE_PUSH = 2;
const MAX_CONCURRENT_STREAMS = 3;
export const INITIAL_WINDOW_SIZE = 4;
const MAX_FRAME_SIZE = 5;
export const MAX_HEADER_LIST_SIZE = 6;
const ENABLE_CONNECT_PROTOCOL = 8;
const NO_RFC7540_PRIORITIES = 9;

const SETTING_BYTES = 6;
const LARGEST_FRAME_SIZE = 2 ** 24 - 1;

/** The settings of a server that matter to a client. */
export type ServerSettings = { maxConcurrentStreams: number; initialWindowBytes: number };

/** The settings before the server has sent any. */
export function defaultSettings(): ServerSettings {
  return { maxConcurrentStreams: Number.POSITIVE_INFINITY, initialWindowBytes: 65_535 };
}

/** Changes `settings` to those of a SETTINGS frame's payload; returns the first that has a forbidden value. */
export function readSettings(bytes: Buffer, from: number, to: number, settings: ServerSettings): Violation | undefined {
  if ((to - from) % SETTING_BYTES !== 0) return { code: FRAME_SIZE_ERROR, what: 'SETTINGS of a wrong size' };
  for (let at = from; at < to; at += SETTING_BYTES) {
    const id = bytes.readUInt16BE(at);
    const value = bytes.readUInt32BE(at + 2);
    const violation = violationOf(id, value);
    if (violation !== undefined) return violation;
    if (id === MAX_CONCURRENT_STREAMS) settings.maxConcurrentStreams = value;
    else if (id === INITIAL_WINDOW_SIZE) settings.initialWindowBytes = value;
  }
  return undefined;
}

function violationOf(id: number, value: number): Violation | undefined {
  const forbidden = (name: string, code = PROTOCOL_ERROR) => ({ code, what: `SETTINGS_${name} of ${value}` });
  switch (id) {
    case ENABLE_PUSH:
      // A server cannot receive pushes (RFC 9113, 6.5.2).
      return value === 0 ? undefined : forbidden('ENABLE_PUSH');
    case INITIAL_WINDOW_SIZE:
      return value <= MAX_31_BITS ? undefined : forbidden('INITIAL_WINDOW_SIZE', FLOW_CONTROL_ERROR);
    case MAX_FRAME_SIZE:
      return value >= MAX_FRAME_BYTES && value <= LARGEST_FRAME_SIZE ? undefined : forbidden('MAX_FRAME_SIZE');
    case ENABLE_CONNECT_PROTOCOL:
      return value <= 1 ? undefined : forbidden('ENABLE_CONNECT_PROTOCOL');
    case NO_RFC7540_PRIORITIES:
      return value <= 1 ? undefined : forbidden('NO_RFC7540_PRIORITIES');
    default:
      return undefined;
  }
}
