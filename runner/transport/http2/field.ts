import { HEADER_NAME } from '../../../api/loadtest/http-names.ts';

/** The kinds of fields that a response's head distinguishes. */
export const ORDINARY = 0;
export const STATUS = 1;
export const CONTENT_LENGTH = 2;
export const CONTENT_ENCODING = 3;
/** A pseudo-header field that no response has. */
export const OTHER_PSEUDO = 4;
/** A field that makes a message malformed (RFC 9113, 8.2). */
export const MALFORMED = 5;

/** A header field, with what was found out about it once: a table of HPACK refers to it many times. */
export type Field = Readonly<{
  /** In lower case. */
  name: string;
  /** Its bytes as latin1. */
  value: string;
  kind: number;
  /** Why it is malformed; empty for other kinds. */
  problem: string;
  /** Its share of the size of a header list and of a table (RFC 7541, 4.1). */
  size: number;
}>;

/** What a field costs beyond its text (RFC 7541, 4.1). */
const OVERHEAD = 32;

const KINDS: Readonly<Record<string, number>> = {
  __proto__: null as never,
  ':status': STATUS,
  'content-length': CONTENT_LENGTH,
  'content-encoding': CONTENT_ENCODING,
};

/** Fields of a connection, which HTTP/2 has no place for (RFC 9113, 8.2.2). */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/** A control character other than a tab, or whitespace at an end (RFC 9113, 8.2.1). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is searched for
const BAD_VALUE = /[\x00-\x08\x0a-\x1f\x7f]|^[ \t]|[ \t]$/;

export function fieldOf(name: string, value: string): Field {
  const size = name.length + value.length + OVERHEAD;
  const problem = problemOf(name, value);
  if (problem !== '') return { name, value, kind: MALFORMED, problem, size };
  const kind = KINDS[name] ?? (name.startsWith(':') ? OTHER_PSEUDO : ORDINARY);
  return { name, value, kind, problem, size };
}

function problemOf(name: string, value: string): string {
  const token = name.startsWith(':') ? name.slice(1) : name;
  if (!HEADER_NAME.test(token)) return 'an invalid character in a header name';
  if (/[A-Z]/.test(name)) return 'a header name in upper case';
  if (BAD_VALUE.test(value)) return 'an invalid character in a header';
  if (OF_CONNECTION.has(name) || (name === 'te' && value !== 'trailers')) return `a header of a connection: ${name}`;
  return '';
}
