import { dripping, endless, type Misbehave } from './hostile.ts';

export const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const HEAD = 'HTTP/1.1 200 OK\r\n';
export const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;

export const TRANSPORTS = ['Lean', 'Undici'] as const;
type Name = (typeof TRANSPORTS)[number];
/** The outcome of one transport: the kind of error of every request, or 'done'. */
type End = string;
/** If the transports differ, docs/notes/0022-where-the-transports-differ.md has the row and the reason. */
export type Row = [what: string, response: string | Misbehave, ends: End | Record<Name, End>];

/** Malformed responses, and some unusual but valid ones. `test/unit/runner/transport/hostile.test.ts` sends each of them. */
export const BAD_RESPONSES: Row[] = [
  ['an endless body of chunks', endless(CHUNKED, '4\r\nbody\r\n'), 'TimedOutWaiting'],
  ['an endless body until the close', endless(`${HEAD}\r\n`, 'body'), 'TimedOutWaiting'],
  ['endless headers', endless(HEAD, 'x-more: and more\r\n'), 'HeadersTooLarge'],
  ['an endless header', endless(`${HEAD}x-more: `, 'and more'), 'HeadersTooLarge'],
  ['an endless header name', endless(HEAD, 'x-'), 'HeadersTooLarge'],
  ['an endless reason', endless('HTTP/1.1 200 ', 'fine'), { Lean: 'HeadersTooLarge', Undici: 'TimedOutWaiting' }],
  [
    'endless informational responses',
    endless('', 'HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n'),
    { Lean: 'HeadersTooLarge', Undici: 'TimedOutWaiting' },
  ],
  ['endless trailers', endless(`${CHUNKED}0\r\n`, 'x-more: and more\r\n'), 'HeadersTooLarge'],
  [
    'an endless chunk extension',
    endless(`${CHUNKED}2;`, 'and-more'),
    { Lean: 'HeadersTooLarge', Undici: 'TimedOutWaiting' },
  ],
  ['bytes that drip', dripping(OK, 30), 'TimedOutWaiting'],

  [
    'two equal lengths',
    `${HEAD}content-length: 2\r\ncontent-length: 2\r\n\r\nok`,
    { Lean: 'done', Undici: 'MalformedResponse' },
  ],
  ['two different lengths', `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\nok`, 'MalformedResponse'],
  ['a list of equal lengths', `${HEAD}content-length: 2, 2\r\n\r\nok`, { Lean: 'done', Undici: 'MalformedResponse' }],
  ['a list of different lengths', `${HEAD}content-length: 2, 3\r\n\r\nok`, 'MalformedResponse'],
  ['a negative length', `${HEAD}content-length: -2\r\n\r\nok`, 'MalformedResponse'],
  ['a length with a sign', `${HEAD}content-length: +2\r\n\r\nok`, 'MalformedResponse'],
  ['a length in hexadecimal', `${HEAD}content-length: 0x2\r\n\r\nok`, 'MalformedResponse'],
  ['a length that overflows', `${HEAD}content-length: 99999999999999999999\r\n\r\nok`, 'MalformedResponse'],
  ['an empty length', `${HEAD}content-length:\r\n\r\nok`, 'MalformedResponse'],
  [
    'a length and chunks',
    `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    'MalformedResponse',
  ],
  [
    'chunks and a length',
    `${HEAD}transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    'MalformedResponse',
  ],
  [
    'chunked twice',
    `${HEAD}transfer-encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    { Lean: 'MalformedResponse', Undici: 'done' },
  ],
  [
    'a transfer encoding behind chunked',
    `${HEAD}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`,
    { Lean: 'MalformedResponse', Undici: 'TimedOutWaiting' },
  ],
  [
    'an unknown transfer encoding',
    `${HEAD}transfer-encoding: cow\r\n\r\nok`,
    { Lean: 'MalformedResponse', Undici: 'TimedOutWaiting' },
  ],
  [
    'chunks in HTTP/1.0',
    'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    { Lean: 'MalformedResponse', Undici: 'done' },
  ],
  [
    'a folded header',
    `${HEAD}x: a\r\n b\r\ncontent-length: 2\r\n\r\nok`,
    { Lean: 'done', Undici: 'MalformedResponse' },
  ],
  ['a folded length', `${HEAD}content-length:\r\n\t2\r\n\r\nok`, { Lean: 'done', Undici: 'MalformedResponse' }],
  ['whitespace before the first header', `${HEAD} x: a\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a space before the colon', `${HEAD}content-length : 2\r\n\r\nok`, 'MalformedResponse'],
  ['a header without a name', `${HEAD}: x\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a header without a colon', `${HEAD}nonsense\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a line feed alone', OK.replaceAll('\r\n', '\n'), 'MalformedResponse'],
  ['a carriage return alone', `${HEAD}x: a\rb\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a NUL in a header', `${HEAD}x: a\0b\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a control character in a header', `${HEAD}x: a\x01b\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['an invalid chunk size', `${CHUNKED}x\r\nok\r\n0\r\n\r\n`, 'MalformedResponse'],
  ['spaces behind a chunk size', `${CHUNKED}2  \r\nok\r\n0\r\n\r\n`, { Lean: 'done', Undici: 'MalformedResponse' }],
  [
    'spaces around a chunk extension',
    `${CHUNKED}2 ; a = b\r\nok\r\n0\r\n\r\n`,
    { Lean: 'done', Undici: 'MalformedResponse' },
  ],
  ['two chunk sizes', `${CHUNKED}2 2\r\nok\r\n0\r\n\r\n`, 'MalformedResponse'],
  ['a chunk size with a prefix', `${CHUNKED}0x2\r\nok\r\n0\r\n\r\n`, 'MalformedResponse'],
  ['a chunk size that overflows', `${CHUNKED}fffffffffffffffff\r\nok\r\n0\r\n\r\n`, 'MalformedResponse'],
  ['a chunk that is longer than its size', `${CHUNKED}2\r\nokay\r\n0\r\n\r\n`, 'MalformedResponse'],
  ['a chunk with a line feed alone', `${CHUNKED}2\nok\n0\n\n`, 'MalformedResponse'],
  ['another protocol', 'SSH-2.0-OpenSSH_10.0\r\n', 'MalformedResponse'],
  ['an unknown version', OK.replace('1.1', '1.2'), 'MalformedResponse'],
  ['HTTP/2 by its name', OK.replace('1.1', '2.0'), { Lean: 'MalformedResponse', Undici: 'done' }],
  ['HTTP/0.9', 'ok\r\n', 'MalformedResponse'],
  ['a protocol in lower case', OK.replace('HTTP', 'http'), 'MalformedResponse'],
  ['a status of two digits', OK.replace('200', '20'), 'MalformedResponse'],
  ['a status of four digits', OK.replace('200', '2000'), 'MalformedResponse'],
  ['a status with a letter', OK.replace('200', '2x0'), 'MalformedResponse'],
  ['no reason', OK.replace(' OK', ''), 'done'],
  ['an empty line before the response', `\r\n${OK}`, { Lean: 'MalformedResponse', Undici: 'done' }],
  [
    'an unsolicited upgrade',
    `HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n`,
    { Lean: 'MalformedResponse', Undici: 'ConnectionClosed' },
  ],
  ['100 before the response', `HTTP/1.1 100 Continue\r\n\r\n${OK}`, { Lean: 'done', Undici: 'ConnectionClosed' }],
  ['bytes after the response', `${OK}!`, { Lean: 'MalformedResponse', Undici: 'done' }],
  ['two responses at once', `${OK}${OK.replace('200', '418')}`, { Lean: 'MalformedResponse', Undici: 'done' }],
  ['a body of a status without one', `HTTP/1.1 204 No Content\r\n\r\nok`, 'done'],
  [
    'a last chunk of a status without a body',
    `HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    'done',
  ],
  ['a body of 304', `HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\nok`, 'done'],
  ['a length of a status without a body', `HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n`, 'done'],
  ['letters beyond ASCII in a header', `${HEAD}x: caf\u00e9\r\ncontent-length: 2\r\n\r\nok`, 'done'],
  ['a chunk extension', `${CHUNKED}2;a="b"\r\nok\r\n0\r\n\r\n`, 'done'],
  ['trailers', `${CHUNKED}2\r\nok\r\n0\r\nx: y\r\n\r\n`, 'done'],
  ['names in capitals', OK.replace('content-length', 'CONTENT-LENGTH'), 'done'],
  ['spaces around a value', OK.replace(': 2', ': \t 2 \t'), { Lean: 'done', Undici: 'MalformedResponse' }],
];

export function endOf(ends: Row[2], transport: Name): End {
  return typeof ends === 'string' ? ends : ends[transport];
}
