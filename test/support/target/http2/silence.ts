import { type Behaviour, END, OK } from './behaviour.ts';
import { block, data, FLAG, frame, goaway, headers, settings, TYPE } from './frames.ts';

const [ENHANCE_YOUR_CALM, UNKNOWN] = [11, 0x1234];
const CANCELLED = 'RST_STREAM CANCEL';
const ended = { greeting: [settings(), goaway(0, ENHANCE_YOUR_CALM)] };

/** Writes frames, and ends the connection. */
const last = (frames: (id: number) => readonly Buffer[], how: 'end' | 'destroy' | 'resetAndDestroy'): Behaviour[1] => {
  return (id, { socket, write }) => {
    write(...frames(id));
    setImmediate(() => socket[how]());
    return [];
  };
};

/** Responds to the first request of a connection alone. */
const first =
  (frames: (id: number) => readonly Buffer[]): Behaviour[1] =>
  (id) =>
    id === 1 ? frames(id) : [];

/** Servers that end connections, or do not respond in time. */
export const SILENCE: readonly Behaviour[] = [
  ['a close instead of a response', last(() => [], 'destroy'), 'ConnectionClosed'],
  ['a half-close instead of a response', last(() => [], 'end'), 'ConnectionClosed'],
  ['a reset of the socket', last(() => [], 'resetAndDestroy'), 'ConnectionReset'],
  ['a close within a body', last((id) => [headers(id, OK), data(id, 'half')], 'end'), 'ConnectionClosed'],
  [
    'a close within a frame',
    last((id) => [headers(id, OK), data(id, 'half').subarray(0, 11)], 'end'),
    'ConnectionClosed',
  ],
  ['a close within the header of a frame', last((id) => [headers(id, OK).subarray(0, 5)], 'end'), 'ConnectionClosed'],
  ['a close within a block', last((id) => [frame(TYPE.HEADERS, 0, id, block(OK))], 'end'), 'ConnectionClosed'],
  ['GOAWAY and a close behind the response', last((id) => [goaway(id), headers(id, OK, END)], 'end'), 'done'],
  ['GOAWAY instead of streams', () => [], 'ConnectionClosed', undefined, ended],
  ['GOAWAY with ENHANCE_YOUR_CALM', (id) => [goaway(id, ENHANCE_YOUR_CALM)], 'ConnectionClosed'],
  ['GOAWAY with an unknown code', (id) => [goaway(id, UNKNOWN)], 'ConnectionClosed'],
  [
    'GOAWAY that has processed nothing, always',
    () => [goaway(0)],
    { Lean: 'ConnectionClosed', NodeHTTP2: 'StreamReset' },
  ],
  ['no response', () => [], 'TimedOutWaiting', CANCELLED],
  ['a head without an end', (id) => [headers(id, OK)], 'TimedOutWaiting', CANCELLED],
  ['a body without an end', (id) => [headers(id, OK), data(id, 'half')], 'TimedOutWaiting', CANCELLED],
  ['an informational response alone', (id) => [headers(id, { ':status': '103' })], 'TimedOutWaiting', CANCELLED],
  ['a block without an end', first((id) => [frame(TYPE.HEADERS, 0, id, block(OK))]), 'TimedOutWaiting', CANCELLED],
  ['a frame without an end', first((id) => [headers(id, OK).subarray(0, 12)]), 'TimedOutWaiting', CANCELLED],
  ['a frame header without an end', first((id) => [headers(id, OK).subarray(0, 8)]), 'TimedOutWaiting', CANCELLED],
  ['no settings', () => [], 'TimedOutConnecting', undefined, { greeting: [] }],
  [
    'an acknowledgement instead of settings',
    () => [],
    'MalformedResponse',
    'GOAWAY PROTOCOL_ERROR',
    { greeting: [frame(TYPE.SETTINGS, FLAG.ACK, 0)] },
  ],
  ['a limit of no streams', () => [], 'TimedOutConnecting', undefined, { greeting: [settings([3, 0])] }],
];
