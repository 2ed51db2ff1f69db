import type { Difference } from './difference.ts';
import { exchangeOf } from './exchange.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const OK = `${HEAD}content-length: 2\r\n\r\nok`;

/** Responses that both parsers accept but read differently. */
export const READINGS: readonly Difference[] = [
  {
    what: 'a tab or an empty element behind `chunked`',
    lean: 'chunks',
    llhttp: 'a body until the close',
    example: exchangeOf(`${HEAD}transfer-encoding: chunked\t\r\n\r\n0\r\n\r\n`),
    explains: (_, { text }) => /^transfer-encoding:[ \t]*chunked *[\t,][ \t,]*\r/im.test(text),
  },
  {
    what: 'no length, to HEAD',
    lean: 'the connection is kept',
    llhttp: 'closed',
    example: exchangeOf(`${HEAD}\r\n`, { method: 'HEAD' }),
    explains: (field, { method, ours, text }) =>
      field === 'reusable' &&
      method === 'HEAD' &&
      ours.reusable &&
      !/^(content-length|transfer-encoding):/im.test(lastHead(text)),
  },
  {
    what: 'chunks that a 204 announces',
    lean: 'the connection is closed',
    llhttp: 'kept',
    example: exchangeOf('HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n'),
    explains: (field, { ours, text }) =>
      field === 'reusable' &&
      !ours.reusable &&
      /^HTTP\/1\.1 204/m.test(lastHead(text)) &&
      /^transfer-encoding:/im.test(lastHead(text)),
  },
  {
    what: 'connection options of more than 64 bytes',
    lean: 'the connection is closed',
    llhttp: 'kept',
    example: exchangeOf(OK.replace('\r\n', `\r\nconnection: ${'x'.repeat(65)}\r\n`)),
    explains: (field, { ours, text }) => field === 'reusable' && !ours.reusable && /^connection:[^\r]{65}/im.test(text),
  },
  {
    what: 'both `keep-alive` and `close`, in HTTP/1.0',
    lean: 'the connection is closed',
    llhttp: 'kept',
    example: exchangeOf(OK.replace('1.1', '1.0').replace('\r\n', '\r\nconnection: close, keep-alive\r\n')),
    explains: (field, { ours, text }) =>
      field === 'reusable' &&
      !ours.reusable &&
      /^HTTP\/1\.0/m.test(text) &&
      /^connection:[^\r]*close/im.test(text) &&
      /^connection:[^\r]*keep-alive/im.test(text),
  },
  {
    what: 'a tab behind a connection option',
    lean: 'read without it',
    llhttp: 'another option',
    example: exchangeOf(OK.replace('\r\n', '\r\nconnection: close\t\r\n')),
    explains: (field, { text }) => field === 'reusable' && /^connection:[^\r]*\t *[,\r]/im.test(text),
  },
];

function lastHead(text: string): string {
  return text.slice(Math.max(0, text.lastIndexOf('\r\n\r\nHTTP/')));
}
