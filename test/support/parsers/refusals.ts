import type { Difference } from './difference.ts';
import { exchangeOf } from './exchange.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const LENGTH = 'content-length: 2\r\n';
const OK = `${HEAD}${LENGTH}\r\nok`;
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
const END = '0\r\n\r\n';

/** Our parser refuses `input` with `reason`; llhttp accepts it. */
function leanRefuses(what: string, reason: string, input: RegExp, example: string): Difference {
  return {
    what,
    lean: 'refused',
    llhttp: 'taken',
    example: exchangeOf(example),
    explains: (field, { text, ours }) =>
      field === 'end' && ours.end === 'refused' && ours.reason === reason && input.test(text),
  };
}

/** llhttp refuses `input` with `reason`; our parser accepts it. */
function llhttpRefuses(what: string, reason: RegExp, input: RegExp, example: string): Difference {
  return {
    what,
    lean: 'taken',
    llhttp: 'refused',
    example: exchangeOf(example),
    explains: (field, { text, theirs }) =>
      field === 'end' && theirs.end === 'refused' && reason.test(theirs.reason) && input.test(text),
  };
}

const TOKEN = "[!#-'*+\\-.\\w^`|~]+";
const QUOTED = '"([\t -!#-\\[\\]-~\x80-\xff]|\\\\[\t -~\x80-\xff])*"';
const STATUS_LINE = 'the status line is not HTTP/1.x';

/** Responses that exactly one of the two parsers refuses. */
export const REFUSALS: readonly Difference[] = [
  leanRefuses(
    'a control character in the reason',
    'a control character in a header',
    /^HTTP\/1\.[01] \d{3} [^\r\n]*[^\t\r\n -~\x80-\xff]/m,
    OK.replace('OK', 'O\x01K'),
  ),
  leanRefuses(
    'two carriage returns behind the reason',
    'a carriage return without a line feed',
    /^HTTP\/1\.[01] \d{3}[^\r\n]*\r\r/m,
    OK.replace('\r\n', '\r\r'),
  ),
  leanRefuses('an empty line before the response', STATUS_LINE, /(^|\r\n\r\n)[\r\n]+HTTP\//, `\r\n${OK}`),
  leanRefuses('HTTP/2.0 or HTTP/0.9', STATUS_LINE, /^HTTP\/(2\.0|0\.9) /m, OK.replace('1.1', '2.0')),
  leanRefuses('a status that begins with 0', STATUS_LINE, /^HTTP\/1\.[01] 0/m, `HTTP/1.1 099 Hm\r\n\r\n${OK}`),
  leanRefuses(
    'a transfer encoding other than chunked',
    'a transfer-encoding other than chunked',
    /^transfer-encoding:(?![ \t,]*chunked[ \t,]*\r)/im,
    `${HEAD}transfer-encoding: cow, chunked\r\n\r\n${END}`,
  ),
  leanRefuses(
    'a transfer encoding twice',
    'a transfer-encoding other than chunked',
    /^transfer-encoding:.*^transfer-encoding:/ims,
    `${HEAD}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n${END}`,
  ),
  leanRefuses(
    'chunks in HTTP/1.0',
    'a transfer-encoding in HTTP/1.0',
    /^HTTP\/1\.0 .*^transfer-encoding:/ims,
    `${CHUNKED.replace('1.1', '1.0')}${END}`,
  ),
  leanRefuses(
    'a length of more than 15 digits',
    'a content-length that is not a number',
    /^content-length:[ \t]*0*[1-9]\d{15}/im,
    OK.replace('2\r\n', `${'9'.repeat(16)}\r\n`),
  ),
  leanRefuses(
    'a chunk size of more than 12 digits',
    'a chunk size that is not a number',
    /^0*[1-9a-f][0-9a-f]{12}/im,
    `${CHUNKED}${'f'.repeat(13)}\r\nok\r\n${END}`,
  ),

  llhttpRefuses(
    'a chunk extension that is not `;name=value`',
    /chunk extensions/,
    new RegExp(`^[0-9a-f]+(?=;)(?!(;${TOKEN}(=(${TOKEN}|${QUOTED}))?)+\r)`, 'im'),
    `${CHUNKED}2; a="\r\nok\r\n${END}`,
  ),
  llhttpRefuses(
    'an informational response that closes',
    /Data after `Connection: close`/,
    /^HTTP\/1\.(0 1\d\d|1 1\d\d.*^connection:[^\r]*close)/ims,
    `HTTP/1.1 103 Early Hints\r\nconnection: close\r\n\r\n${OK}`,
  ),
  llhttpRefuses(
    'a length among the trailers',
    /Content-Length/,
    /^0+(;[^\r]*)?\r\n([^\r]+\r\n)*content-length:/im,
    `${CHUNKED}0\r\n${LENGTH}\r\n`,
  ),
  llhttpRefuses(
    'a tab behind a length',
    /Invalid character in Content-Length/,
    /^content-length:[ \t]*\d+ *\t[ \t]*(\r|$)/im,
    OK.replace('2\r\n', '2\t\r\n'),
  ),
  llhttpRefuses(
    'a folded line',
    /whitespace after header value|Invalid header value char/,
    /\r\n[ \t]/,
    OK.replace('\r\n', '\r\nx: a\r\n b\r\n'),
  ),
  llhttpRefuses(
    'equal lengths',
    /Content-Length/i,
    /^content-length:[ \t]*\d+[ \t]*(\r\n([^\r]+\r\n)*content-length:|,)/im,
    OK.replace(LENGTH, LENGTH + LENGTH),
  ),
  llhttpRefuses(
    'whitespace behind a chunk size',
    /Invalid character in chunk size/,
    /^[\da-f]+[ \t]+(;|\r)/im,
    `${CHUNKED}2 ; x = y\r\nok\r\n${END}`,
  ),
];
