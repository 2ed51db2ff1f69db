import { type Behaviour, END, OK } from './behaviour.ts';
import { block, data, FLAG, frame, goaway, headers, numbers, reset, settings, TYPE, windowUpdate } from './frames.ts';

const ok = (id: number) => [headers(id, OK), data(id, 'ok', END)];
const RESERVED_OR_TOO_LARGE = 2 ** 31;
const bytes = (length: number) => Buffer.alloc(length);
const open = (id: number) => frame(TYPE.HEADERS, 0, id, block(OK));
const many = (one: Buffer, times = 11_000) => [Buffer.concat(Array.from({ length: times }, () => one))];
const greeting = (...frames: Buffer[]) => ({ greeting: frames });
const blockOf = (...hex: number[]) => Buffer.from(hex);

type Row = [what: string, frames: Behaviour[1], options?: Behaviour[4]];
const none = () => [];

/** What ends the connection, by the error code that the client sends. */
const BY_CODE: Record<string, readonly Row[]> = {
  PROTOCOL_ERROR: [
    ['a PING before its settings', none, greeting(frame(TYPE.PING, 0, 0, bytes(8)), settings())],
    ['an acknowledgement before its settings', none, greeting(frame(TYPE.SETTINGS, FLAG.ACK, 0), settings())],
    ['a GOAWAY before its settings', none, greeting(goaway(0), settings())],
    ['DATA before its settings', none, greeting(data(1, 'ok'), settings())],
    ['an unknown frame before its settings', none, greeting(frame(99, 0, 0, bytes(3)), settings())],
    ['DATA of the connection', (id) => [headers(id, OK), data(0, 'ok', END)]],
    ['HEADERS of the connection', () => [headers(0, OK, END)]],
    ['DATA of an idle stream', (id) => [data(id + 2, 'ok', END)]],
    ['padded DATA of an idle stream', (id) => [frame(TYPE.DATA, FLAG.PADDED, id + 2, bytes(5))]],
    ['HEADERS of an idle stream', (id) => [headers(id + 2, OK, END)]],
    ['DATA of a stream of the server', () => [data(2, 'ok', END)]],
    ['HEADERS of a stream of the server', () => [headers(2, OK, END)]],
    ['PUSH_PROMISE', (id) => [frame(TYPE.PUSH_PROMISE, FLAG.END_HEADERS, id, Buffer.concat([numbers(2), block(OK)]))]],
    ['CONTINUATION alone', (id) => [frame(TYPE.CONTINUATION, FLAG.END_HEADERS, id, block(OK))]],
    [
      'CONTINUATION behind a whole block',
      (id) => [headers(id, OK), frame(TYPE.CONTINUATION, FLAG.END_HEADERS, id, block(OK))],
    ],
    ['CONTINUATION of another stream', (id) => [open(id), frame(TYPE.CONTINUATION, FLAG.END_HEADERS, id + 2)]],
    ['DATA within a block', (id) => [open(id), data(id, 'ok', END)]],
    ['HEADERS within a block', (id) => [open(id), headers(id, OK, END)]],
    ['a PING within a block', (id) => [open(id), frame(TYPE.PING, 0, 0, bytes(8))]],
    ['settings within a block', (id) => [open(id), settings()]],
    ['a reset within a block', (id) => [open(id), reset(id, 0)]],
    ['an unknown frame within a block', (id) => [open(id), frame(99, 0, id, bytes(1))]],
    ['DATA with too much padding', (id) => [headers(id, OK), frame(TYPE.DATA, FLAG.PADDED, id, blockOf(3, 0, 0))]],
    ['padded DATA without a length of the padding', (id) => [headers(id, OK), frame(TYPE.DATA, FLAG.PADDED, id)]],
    [
      'HEADERS with too much padding',
      (id) => [frame(TYPE.HEADERS, FLAG.PADDED | FLAG.END_HEADERS, id, blockOf(2, 0x88))],
    ],
    ['a reset of the connection', () => [reset(0, 0)]],
    ['a reset of an idle stream', (id) => [reset(id + 2, 0)]],
    ['a reset of a stream of the server', () => [reset(2, 0)]],
    ['settings of a stream', (id) => [frame(TYPE.SETTINGS, 0, id)]],
    ['an acknowledgement of no settings', () => [frame(TYPE.SETTINGS, FLAG.ACK, 0), frame(TYPE.SETTINGS, FLAG.ACK, 0)]],
    ['ENABLE_PUSH of 1', () => [settings([2, 1])]],
    ['ENABLE_PUSH of 2', () => [settings([2, 2])]],
    ['MAX_FRAME_SIZE of 16,383', () => [settings([5, 16_383])]],
    ['MAX_FRAME_SIZE of 2^24', () => [settings([5, 2 ** 24])]],
    ['ENABLE_CONNECT_PROTOCOL of 2', () => [settings([8, 2])]],
    ['NO_RFC7540_PRIORITIES of 2', () => [settings([9, 2])]],
    ['a PING of a stream', (id) => [frame(TYPE.PING, 0, id, bytes(8))]],
    ['a GOAWAY of a stream', (id) => [frame(TYPE.GOAWAY, 0, id, bytes(8))]],
    ['a GOAWAY that raises the last stream', (id) => [goaway(id), goaway(id + 2)]],
    ['a GOAWAY whose last stream is of the server', () => [goaway(2)]],
    ['a WINDOW_UPDATE of 0 for the connection', () => [windowUpdate(0, 0)]],
    ['a WINDOW_UPDATE of an idle stream', (id) => [windowUpdate(id + 2, 1)]],
    ['a PRIORITY of the connection', () => [frame(TYPE.PRIORITY, 0, 0, bytes(5))]],
  ],
  FRAME_SIZE_ERROR: [
    ['HTTP/1.1', none, greeting(Buffer.from('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'))],
    ['DATA of 16,385 bytes', (id) => [headers(id, OK), data(id, 'x'.repeat(16_385))]],
    ['HEADERS of 16,385 bytes', (id) => [headers(id, block({ ...OK, x: 'y'.repeat(16_385) }))]],
    ['an unknown frame of 16,385 bytes', () => [frame(99, 0, 0, bytes(16_385))]],
    [
      'HEADERS that are shorter than their priority',
      (id) => [frame(TYPE.HEADERS, FLAG.PRIORITY | FLAG.END_HEADERS, id, bytes(4))],
    ],
    ['a reset of 3 bytes', (id) => [frame(TYPE.RST_STREAM, 0, id, bytes(3))]],
    ['a reset of 5 bytes', (id) => [frame(TYPE.RST_STREAM, 0, id, bytes(5))]],
    ['settings of 5 bytes', () => [frame(TYPE.SETTINGS, 0, 0, bytes(5))]],
    ['an acknowledgement with settings', () => [frame(TYPE.SETTINGS, FLAG.ACK, 0, bytes(6))]],
    ['a PING of 7 bytes', () => [frame(TYPE.PING, 0, 0, bytes(7))]],
    ['a PING of 9 bytes', () => [frame(TYPE.PING, 0, 0, bytes(9))]],
    ['a GOAWAY of 7 bytes', () => [frame(TYPE.GOAWAY, 0, 0, bytes(7))]],
    ['a WINDOW_UPDATE of 3 bytes', () => [frame(TYPE.WINDOW_UPDATE, 0, 0, bytes(3))]],
    ['a WINDOW_UPDATE of 5 bytes', (id) => [frame(TYPE.WINDOW_UPDATE, 0, id, bytes(5))]],
  ],
  FLOW_CONTROL_ERROR: [
    ['INITIAL_WINDOW_SIZE of 2^31', () => [settings([4, RESERVED_OR_TOO_LARGE])]],
    ['a window of the connection beyond 31 bits', () => [windowUpdate(0, 2 ** 31 - 1)]],
    ['settings that lead to a window beyond 31 bits', (id) => [windowUpdate(id, 2 ** 30), settings([4, 2 ** 31 - 1])]],
  ],
  STREAM_CLOSED: [
    ['DATA behind the end', (id) => [...ok(id), data(id, 'ok', END)], { first: 'done' }],
    ['HEADERS behind the end', (id) => [...ok(id), headers(id, OK, END)], { first: 'done' }],
    ['DATA behind a reset', (id) => [headers(id, OK), reset(id, 0), data(id, 'ok', END)], { first: 'StreamReset' }],
  ],
  COMPRESSION_ERROR: [
    ['index 0', (id) => [headers(id, blockOf(0x80))]],
    ['an index beyond the tables', (id) => [headers(id, blockOf(0x88, 0xff, 0x50))]],
    ['a name beyond the tables', (id) => [headers(id, blockOf(0x88, 0x7f, 0x50, 1, 0x61))]],
    ['an integer that is too large', (id) => [headers(id, blockOf(0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f))]],
    ['an integer without an end', (id) => [headers(id, blockOf(0x88, 0xff, 0x80))]],
    ['a string that is longer than its block', (id) => [headers(id, blockOf(0x88, 0x00, 0x05, 0x61))]],
    ['a literal without a value', (id) => [headers(id, blockOf(0x88, 0x00, 0x01, 0x61))]],
    [
      'Huffman coding with the end of a string',
      (id) => [headers(id, blockOf(0x88, 0x0f, 0x0d, 0x84, 0xff, 0xff, 0xff, 0xff))],
    ],
    ['Huffman coding with a whole byte of padding', (id) => [headers(id, blockOf(0x88, 0x0f, 0x0d, 0x82, 0x1f, 0xff))]],
    ['Huffman coding with padding of zeros', (id) => [headers(id, blockOf(0x88, 0x0f, 0x0d, 0x81, 0x18))]],
    ['a table that is larger than allowed', (id) => [headers(id, blockOf(0x3f, 0xe2, 0x1f, 0x88))]],
    ['a change of the table size behind a field', (id) => [headers(id, blockOf(0x88, 0x20))]],
    [
      'an index that a smaller table has lost',
      (id, { number }) => [headers(id, number === 1 ? blockOf(0x88, 0x40, 1, 0x78, 1, 0x79, 0x20, 0xbe) : blockOf())],
    ],
    ['an invalid block of trailers', (id) => [headers(id, OK), headers(id, blockOf(0xff, 0x80), END)]],
    [
      'an invalid block in CONTINUATIONs',
      (id) => [open(id), frame(TYPE.CONTINUATION, FLAG.END_HEADERS, id, blockOf(0x80))],
    ],
  ],
  ENHANCE_YOUR_CALM: [
    ['a flood of pings', () => many(frame(TYPE.PING, 0, 0, bytes(8)))],
    ['a flood of replies to no ping', () => many(frame(TYPE.PING, FLAG.ACK, 0, bytes(8)))],
    ['a flood of settings', () => many(settings([3, 100]))],
    ['a flood of priorities', (id) => many(frame(TYPE.PRIORITY, 0, id, bytes(5)))],
    ['a flood of unknown frames', () => many(frame(99, 0, 0))],
    ['a flood of window updates', () => many(windowUpdate(0, 1))],
    ['a flood of empty DATA', (id) => [headers(id, OK), ...many(data(id, ''))]],
    ['a flood of padding', (id) => [headers(id, OK), ...many(frame(TYPE.DATA, FLAG.PADDED, id, blockOf(1, 0)))]],
    ['a flood of empty CONTINUATIONs', (id) => [open(id), ...many(frame(TYPE.CONTINUATION, 0, id))]],
    [
      'a flood of CONTINUATIONs of a byte',
      (id) => [frame(TYPE.HEADERS, 0, id), ...many(frame(TYPE.CONTINUATION, 0, id, blockOf(0x88)))],
    ],
    ['a flood of resets of a stream that is over', (id) => [...ok(id), ...many(reset(id, 0))], { first: 'done' }],
  ],
};

/** What node:http2 makes of the violations that it does not find. */
const NODE: Record<string, string> = {
  'a PRIORITY of the connection': 'TimedOutWaiting',
  'DATA behind the end': 'done',
  'HEADERS behind the end': 'done',
  'DATA behind a reset': 'StreamReset',
  'a flood of window updates': 'TimedOutWaiting',
  'a flood of empty DATA': 'Other',
  'a flood of padding': 'TimedOutWaiting',
  'a flood of resets of a stream that is over': 'done',
};

/** Faults that end the connection with an error code (RFC 9113, 5.4.1), and with it the requests in flight. */
export const VIOLATIONS: readonly Behaviour[] = Object.entries(BY_CODE).flatMap(([code, rows]) =>
  rows.map(([what, frames, options = {}]): Behaviour => {
    const lean = 'MalformedResponse';
    const outcome = NODE[what] === undefined ? lean : { Lean: lean, NodeHTTP2: NODE[what] };
    return [what, frames, outcome, `GOAWAY ${code}`, options];
  }),
);
