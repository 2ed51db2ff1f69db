import { type Behaviour, END, OK } from './behaviour.ts';
import {
  block,
  data,
  FLAG,
  frame,
  goaway,
  headers,
  headersInParts,
  numbers,
  reset,
  settings,
  TYPE,
  windowUpdate,
} from './frames.ts';

const ok = (id: number) => [headers(id, OK), data(id, 'ok', END)];
const RESERVED = 2 ** 31;
const HEAD = { request: { method: 'HEAD' } };
const [NO_ERROR, CANCEL] = [0, 8];
const of = (status: number, more = {}) => ({ ':status': String(status), ...more });
const padded = (content: string, padding: number) =>
  Buffer.concat([Buffer.from([padding]), Buffer.from(content), Buffer.alloc(padding)]);
const INDEXED_200 = Buffer.from([0x88]);
/** With x: y, which is added to the dynamic table, and then is its newest field. */
const ADDED = Buffer.from([0x88, 0x40, 1, 0x78, 1, 0x79]);
const ADDED_LAST = Buffer.from([0x88, 0x80 | 62]);

/** nghttp2 ends a connection for the reply to a PING that it did not send. */
function outcomeOfValid(what: string): Behaviour[2] {
  return what === 'the reply to no PING' ? { Lean: 'done', NodeHTTP2: 'MalformedResponse' } : 'done';
}

/** Responses as a server may send them, however unusual. Each is done. */
export const VALID: readonly Behaviour[] = (
  [
    ['a body that ends', ok],
    ['a head that ends', (id) => [headers(id, OK, END)]],
    ['an empty frame that ends', (id) => [headers(id, OK), data(id, 'ok'), data(id, '', END)]],
    ['trailers', (id) => [headers(id, OK), data(id, 'ok'), headers(id, { 'x-sum': '1' }, END)]],
    ['trailers without a body', (id) => [headers(id, OK), headers(id, { 'x-sum': '1' }, END)]],
    ['trailers without a field', (id) => [headers(id, OK), headers(id, {}, END)]],
    ['an end, then a reset with NO_ERROR', (id) => [...ok(id), reset(id, NO_ERROR)]],
    ['an end, then a reset with CANCEL', (id) => [...ok(id), reset(id, CANCEL)]],
    ['an end, then a WINDOW_UPDATE', (id) => [...ok(id), windowUpdate(id, 5)]],
    ['an end, then a WINDOW_UPDATE of 0', (id) => [...ok(id), windowUpdate(id, 0)]],
    ['an end, then a PRIORITY', (id) => [...ok(id), frame(TYPE.PRIORITY, 0, id, Buffer.alloc(5))]],

    ['padded DATA', (id) => [headers(id, OK), frame(TYPE.DATA, FLAG.PADDED | FLAG.END_STREAM, id, padded('ok', 7))]],
    [
      'DATA of padding alone',
      (id) => [headers(id, OK), frame(TYPE.DATA, FLAG.PADDED, id, padded('', 255)), data(id, 'ok', END)],
    ],
    [
      'padding of no bytes',
      (id) => [headers(id, OK), frame(TYPE.DATA, FLAG.PADDED | FLAG.END_STREAM, id, padded('ok', 0))],
    ],
    [
      'padded HEADERS',
      (id) => {
        const payload = Buffer.concat([Buffer.from([9]), block(OK), Buffer.alloc(9)]);
        return [frame(TYPE.HEADERS, FLAG.PADDED | FLAG.END_HEADERS | FLAG.END_STREAM, id, payload)];
      },
    ],
    [
      'HEADERS with a priority',
      (id) => {
        const payload = Buffer.concat([numbers(RESERVED), Buffer.from([255]), block(OK)]);
        return [frame(TYPE.HEADERS, FLAG.PRIORITY | FLAG.END_HEADERS | FLAG.END_STREAM, id, payload)];
      },
    ],
    [
      'padded HEADERS with a priority',
      (id) => {
        const payload = Buffer.concat([Buffer.from([3]), numbers(0), Buffer.from([1]), block(OK), Buffer.alloc(3)]);
        return [frame(TYPE.HEADERS, FLAG.PADDED | FLAG.PRIORITY | FLAG.END_HEADERS | FLAG.END_STREAM, id, payload)];
      },
    ],
    [
      'a head in HEADERS and CONTINUATIONs, cut within a field',
      (id) => {
        const head = block({ ...OK, 'x-a': 'b' });
        return [
          frame(TYPE.HEADERS, FLAG.END_STREAM, id, head.subarray(0, 4)),
          frame(TYPE.CONTINUATION, 0, id, head.subarray(4, 9)),
          frame(TYPE.CONTINUATION, FLAG.END_HEADERS, id, head.subarray(9)),
        ];
      },
    ],
    [
      'a head in a CONTINUATION alone',
      (id) => [
        frame(TYPE.HEADERS, FLAG.END_STREAM, id),
        frame(TYPE.CONTINUATION, 0, id),
        frame(TYPE.CONTINUATION, FLAG.END_HEADERS, id, block(OK)),
      ],
    ],
    [
      'trailers in HEADERS and CONTINUATION',
      (id) => [
        headers(id, OK),
        frame(TYPE.HEADERS, FLAG.END_STREAM, id),
        frame(TYPE.CONTINUATION, FLAG.END_HEADERS, id, block({ 'x-sum': '1' })),
      ],
    ],

    ['100 Continue', (id) => [headers(id, of(100)), ...ok(id)]],
    ['several informational responses', (id) => [headers(id, of(103, { link: 'a' })), headers(id, of(102)), ...ok(id)]],
    ['204', (id) => [headers(id, of(204), END)]],
    ['204 with a content-length of 0', (id) => [headers(id, of(204, { 'content-length': '0' }), END)]],
    ['204 with an empty body', (id) => [headers(id, of(204)), data(id, '', END)]],
    ['304 with a content-length', (id) => [headers(id, of(304, { 'content-length': '9' }), END)]],
    ['HEAD with a content-length', (id) => [headers(id, of(200, { 'content-length': '9' }), END)], HEAD],
    ['HEAD with an empty body', (id) => [headers(id, of(200, { 'content-length': '9' })), data(id, '', END)], HEAD],
    ['a content-length of 0', (id) => [headers(id, of(200, { 'content-length': '0' }), END)]],
    [
      'a content-length that is the body',
      (id) => [headers(id, of(200, { 'content-length': '2' })), data(id, 'ok', END)],
    ],
    ['a status without a name', (id) => [headers(id, of(299), END)]],

    [
      'a field twice',
      (id) => [
        headers(
          id,
          [
            [':status', '200'],
            ['set-cookie', 'a=b'],
            ['set-cookie', 'c=d'],
          ],
          END,
        ),
      ],
    ],
    ['a value of bytes above 127', (id) => [headers(id, { ...OK, x: '\x80\xff' }, END)]],
    ['an empty value', (id) => [headers(id, { ...OK, x: '' }, END)]],
    ['a value with a tab in it', (id) => [headers(id, { ...OK, x: 'a\tb' }, END)]],
    ['a name of all characters', (id) => [headers(id, { ...OK, "!#$%&'*+-.^_`|~09az": '1' }, END)]],
    ['te: trailers', (id) => [headers(id, { ...OK, te: 'trailers' }, END)]],
    ['a head of nearly 64 KiB', (id) => headersInParts(id, block({ ...OK, x: 'y'.repeat(65_000) }))],

    [
      'fields that are added to the table and referred to',
      (id, { number }) => [headers(id, number === 1 ? ADDED : ADDED_LAST, END)],
    ],
    ['a table size of 0', (id) => [headers(id, Buffer.concat([Buffer.from([0x20]), INDEXED_200]), END)]],
    [
      'two changes of the table size',
      (id) => [headers(id, Buffer.concat([Buffer.from([0x20, 0x3f, 0xe1, 0x1f]), INDEXED_200]), END)],
    ],
    ['a field that is never indexed', (id) => [headers(id, Buffer.from([0x88, 0x1f, 0x11, 1, 0x61]), END)]],
    ['a Huffman-coded value', (id) => [headers(id, Buffer.from('880f278cf1e3c2e5f23a6ba0ab90f4ff', 'hex'), END)]],
    ['an indexed status', (id) => [headers(id, INDEXED_200), data(id, 'ok', END)]],

    ['an unknown frame of the connection', (id) => [frame(99, 255, 0, Buffer.alloc(9)), ...ok(id)]],
    ['an unknown frame of the stream', (id) => [frame(99, 255, id, Buffer.alloc(9)), ...ok(id)]],
    ['an unknown frame of 16 KiB', (id) => [frame(99, 0, 0, Buffer.alloc(16_384)), ...ok(id)]],
    ['ORIGIN', (id) => [frame(TYPE.ORIGIN, 0, 0, Buffer.from([0, 1, 0x61])), ...ok(id)]],
    [
      'unknown flags',
      (id) => [
        headers(id, OK, { flags: 0x10 | 0x40 | 0x80 }),
        frame(TYPE.DATA, FLAG.END_STREAM | 0xf4, id, Buffer.from('ok')),
      ],
    ],
    ['the reserved bit of the stream', (id) => [headers(RESERVED + id, OK), data(RESERVED + id, 'ok', END)]],
    ['the reserved bit of a WINDOW_UPDATE', (id) => [windowUpdate(0, RESERVED + 1), ...ok(id)]],
    ['a PRIORITY of the stream', (id) => [frame(TYPE.PRIORITY, 0, id, Buffer.alloc(5)), ...ok(id)]],
    ['a PRIORITY of an idle stream', (id) => [frame(TYPE.PRIORITY, 0, id + 100, Buffer.alloc(5)), ...ok(id)]],
    ['a PING', (id) => [frame(TYPE.PING, 0, 0, Buffer.alloc(8)), ...ok(id)]],
    ['a PING with unknown flags', (id) => [frame(TYPE.PING, 0xfe, 0, Buffer.alloc(8)), ...ok(id)]],
    ['the reply to no PING', (id) => [frame(TYPE.PING, FLAG.ACK, 0, Buffer.alloc(8)), ...ok(id)]],
    ['settings again', (id) => [settings(), ...ok(id)]],
    ['unknown settings', (id) => [settings([77, 7], [6, 1], [1, 0]), ...ok(id)]],
    ['settings that change the limit of streams', (id) => [settings([3, 0]), settings([3, 1]), ...ok(id)]],
    [
      'settings that change the windows',
      (id) => [settings([4, 0]), settings([4, 2 ** 31 - 1]), settings([4, 1]), ...ok(id)],
    ],
    ['the largest frame size', (id) => [settings([5, 2 ** 24 - 1]), ...ok(id)]],
    ['a WINDOW_UPDATE of the stream', (id) => [windowUpdate(id, 1000), ...ok(id)]],
    ['a WINDOW_UPDATE of the connection', (id) => [windowUpdate(0, 1000), ...ok(id)]],
    ['the largest windows', (id) => [windowUpdate(id, 2 ** 31 - 1 - 65_535), ...ok(id)]],
    ['DATA of 16 KiB', (id) => [headers(id, OK), data(id, 'x'.repeat(16_384)), data(id, '', END)]],
    [
      'DATA of single bytes',
      (id) => [headers(id, OK), ...[...'a body of many frames'].map((c) => data(id, c)), data(id, '', END)],
    ],
    ['GOAWAY after each response', (id) => [...ok(id), goaway(id)]],
    ['GOAWAY with the largest stream', (id) => [goaway(2 ** 31 - 1), ...ok(id)]],
  ] as [string, Behaviour[1], Behaviour[4]?][]
).map(([what, frames, options]) => [what, frames, outcomeOfValid(what), undefined, options ?? {}]);
