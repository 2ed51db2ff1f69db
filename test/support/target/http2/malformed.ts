import { type Behaviour, END, OK } from './behaviour.ts';
import { block, data, frame, headers, headersInParts, reset, TYPE, windowUpdate } from './frames.ts';

const of = (status: string, more = {}) => ({ ':status': status, ...more });
const OF_LENGTH = { ...OK, 'content-length': '10' };
const NO_ERROR = 0;
const HEAD = { request: { method: 'HEAD' } };

/** Heads that make a response malformed (RFC 9113, 8.1 to 8.3): the stream is reset, the connection goes on. */
const HEADS: [what: string, fields: Record<string, string> | [string, string][]][] = [
  ['a name in upper case', { ...OK, 'X-A': '1' }],
  ['a name with a space', { ...OK, 'x a': '1' }],
  ['a name with a colon', { ...OK, 'x:a': '1' }],
  ['a name with a control character', { ...OK, 'x\x01': '1' }],
  ['a name with a byte above 127', { ...OK, 'x\xe9': '1' }],
  ['an empty name', { ...OK, '': '1' }],
  ['a value with a NUL', { ...OK, x: 'a\0b' }],
  ['a value with a carriage return', { ...OK, x: 'a\rb' }],
  ['a value with a line feed', { ...OK, x: 'a\nb' }],
  ['a value with a control character', { ...OK, x: 'a\x01b' }],
  ['a value with a DEL', { ...OK, x: 'a\x7fb' }],
  ['a value that begins with a space', { ...OK, x: ' a' }],
  ['a value that ends with a space', { ...OK, x: 'a ' }],
  ['a value that ends with a tab', { ...OK, x: 'a\t' }],
  ['connection', { ...OK, connection: 'close' }],
  ['keep-alive', { ...OK, 'keep-alive': 'timeout=5' }],
  ['proxy-connection', { ...OK, 'proxy-connection': 'close' }],
  ['transfer-encoding', { ...OK, 'transfer-encoding': 'chunked' }],
  ['upgrade', { ...OK, upgrade: 'h2c' }],
  ['te: gzip', { ...OK, te: 'gzip' }],
  ['no status', { 'x-a': '1' }],
  ['no field', {}],
  [
    'two statuses',
    [
      [':status', '200'],
      [':status', '200'],
    ],
  ],
  [
    'a status behind a field',
    [
      ['x-a', '1'],
      [':status', '200'],
    ],
  ],
  ['a status of letters', of('abc')],
  ['a status of two digits', of('20')],
  ['a status of four digits', of('2000')],
  ['an empty status', of('')],
  ['a status with a sign', of('+20')],
  ['a status of 1 to 99', of('099')],
  [':method', { ...OK, ':method': 'GET' }],
  [':path', { ...OK, ':path': '/' }],
  ['an unknown pseudo-header field', { ...OK, ':foo': '1' }],
  ['a pseudo-header field behind a field', { ...OK, 'x-a': '1', ':foo': '1' }],
  ['a content-length that is no number', { ...OK, 'content-length': 'x' }],
  ['a content-length with a sign', { ...OK, 'content-length': '+0' }],
  ['a negative content-length', { ...OK, 'content-length': '-1' }],
  ['an empty content-length', { ...OK, 'content-length': '' }],
  ['a list of content-lengths', { ...OK, 'content-length': '0, 0' }],
  [
    'two content-lengths',
    [
      [':status', '200'],
      ['content-length', '0'],
      ['content-length', '0'],
    ],
  ],
  ['a content-length that overflows', { ...OK, 'content-length': '99999999999999999999' }],
  ['a content-length without a body', OF_LENGTH],
  ['101', of('101')],
  ['an informational response that ends the stream', of('103')],
];

/** nghttp2 leaves out fields with these faults, and takes the response. */
const NODE_TAKES = /^an? (empty )?(name|value)(?! in upper case)/;
/** node:http2 reports its own reset of the stream as one of the server. */
const NODE_RESETS = [
  'no status',
  'no field',
  'a content-length without a body',
  'an informational response that ends the stream',
];

function outcomeOfHead(what: string): Behaviour[2] {
  if (NODE_TAKES.test(what)) return { Lean: 'MalformedResponse', NodeHTTP2: 'done' };
  if (NODE_RESETS.includes(what)) return { Lean: 'MalformedResponse', NodeHTTP2: 'StreamReset' };
  return 'MalformedResponse';
}

/** What makes a response malformed, or a stream. */
const STREAMS: readonly Behaviour[] = (
  [
    ['two heads', (id) => [headers(id, OK), headers(id, OK), data(id, 'ok', END)]],
    ['trailers with a status', (id) => [headers(id, OK), data(id, 'ok'), headers(id, OK, END)]],
    ['trailers that do not end the stream', (id) => [headers(id, OK), data(id, 'ok'), headers(id, { x: '1' })]],
    ['trailers with a name in upper case', (id) => [headers(id, OK), headers(id, { X: '1' }, END)]],
    ['trailers with :path', (id) => [headers(id, OK), headers(id, { ':path': '/' }, END)]],
    [
      'trailers within the content-length',
      (id) => [headers(id, OF_LENGTH), data(id, 'four'), headers(id, { x: '1' }, END)],
    ],
    ['a body before the head', (id) => [data(id, 'ok'), headers(id, OK, END)]],
    ['a body without a head', (id) => [data(id, 'ok', END)]],
    ['a body behind an informational response', (id) => [headers(id, of('103')), data(id, 'ok', END)]],
    ['a body shorter than its length', (id) => [headers(id, OF_LENGTH), data(id, 'four', END)]],
    [
      'an informational response with a content-length',
      (id) => [headers(id, of('103', { 'content-length': '5' })), headers(id, OK, END)],
    ],
    ['a body longer than its length', (id) => [headers(id, { ...OK, 'content-length': '1' }), data(id, 'four', END)]],
    ['a body of 204', (id) => [headers(id, of('204')), data(id, 'ok', END)]],
    ['a body of 304', (id) => [headers(id, of('304')), data(id, 'ok', END)]],
    ['a body of HEAD', (id) => [headers(id, OK), data(id, 'ok', END)], 'PROTOCOL_ERROR', HEAD],
    ['a WINDOW_UPDATE of 0 for the stream', (id) => [windowUpdate(id, 0)]],
    ['a window of the stream beyond 31 bits', (id) => [windowUpdate(id, 2 ** 31 - 1)], 'FLOW_CONTROL_ERROR'],
    ['a PRIORITY of a wrong size', (id) => [frame(TYPE.PRIORITY, 0, id, Buffer.alloc(4))], 'FRAME_SIZE_ERROR'],
  ] as [string, Behaviour[1], string?, Behaviour[4]?][]
).map(([what, frames, code = 'PROTOCOL_ERROR', options]) => [
  what,
  frames,
  'MalformedResponse',
  `RST_STREAM ${code}`,
  options ?? {},
]);

/** A field of 4,000 bytes that enters the table, and many references to it: a small block, a large head. */
const BOMB = Buffer.concat([
  Buffer.from([0x88, 0x40, 1, 0x78, 0x7f, 0xa1, 0x1e]),
  Buffer.alloc(4000, 'y'),
  Buffer.alloc(100, 0x80 | 62),
]);
const LARGE = block({ ...OK, x: 'y'.repeat(40_000) });

const TOO_LARGE: readonly Behaviour[] = [
  [
    'a small block that is a large head',
    (id) => [headers(id, BOMB, END)],
    { Lean: 'HeadersTooLarge', NodeHTTP2: 'done' },
    'RST_STREAM ENHANCE_YOUR_CALM',
  ],
  [
    'a head and trailers that are too large together',
    (id) => [headers(id, OK), ...headersInParts(id, block({ x: 'y'.repeat(40_000), z: 'y'.repeat(25_500) }))],
    { Lean: 'HeadersTooLarge', NodeHTTP2: 'done' },
    'RST_STREAM ENHANCE_YOUR_CALM',
  ],
  [
    'endless informational responses',
    (id) => Array.from({ length: 2000 }, () => headers(id, of('103', { link: '</a.css>; rel=preload' }))),
    { Lean: 'HeadersTooLarge', NodeHTTP2: 'TimedOutWaiting' },
    'RST_STREAM ENHANCE_YOUR_CALM',
  ],
  [
    'a block of more than 64 KiB',
    (id) => headersInParts(id, Buffer.concat([LARGE, LARGE])),
    { Lean: 'HeadersTooLarge', NodeHTTP2: 'MalformedResponse' },
    'GOAWAY ENHANCE_YOUR_CALM',
  ],
];

/** Resets by the server. That of node:http2 resets so when the window is full (docs/notes/0064-where-the-http2-transports-differ.md). */
const RESETS: readonly Behaviour[] = (
  [
    ['half a body of known length', (id) => [headers(id, OF_LENGTH), data(id, 'half'), reset(id, NO_ERROR)]],
    ['half a body of unknown length', (id) => [headers(id, OK), data(id, 'half'), reset(id, NO_ERROR)]],
    [
      'a body of its length without an end',
      (id) => [headers(id, { ...OK, 'content-length': '2' }), data(id, 'ok'), reset(id, NO_ERROR)],
    ],
    ['a head', (id) => [headers(id, OK), reset(id, NO_ERROR)]],
    ['nothing', (id) => [reset(id, NO_ERROR)]],
  ] as [string, Behaviour[1]][]
).map(([what, frames]) => [`${what}, then a reset with NO_ERROR`, frames, 'StreamReset']);

const CODES = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 0xff, 2 ** 32 - 1];
const RESET_CODES: readonly Behaviour[] = [
  ...CODES.map((code): Behaviour => [`a reset with code ${code}`, (id) => [reset(id, code)], 'StreamReset']),
  ['a head, then a reset with REFUSED_STREAM', (id) => [headers(id, OK), reset(id, 7)], 'StreamReset'],
  ['a reset with REFUSED_STREAM, always', (id) => [reset(id, 7)], 'StreamReset'],
];

/** Faults of one stream. */
export const MALFORMED: readonly Behaviour[] = [
  ...HEADS.map(
    ([what, fields]): Behaviour => [
      what,
      (id) => [headers(id, fields, END)],
      outcomeOfHead(what),
      'RST_STREAM PROTOCOL_ERROR',
    ],
  ),
  ...STREAMS,
  ...TOO_LARGE,
  ...RESETS,
  ...RESET_CODES,
];
