import { DIFFERENCES } from './differences.ts';
import { differing, type Exchange, exchangeOf, type Field, type Outcome, textOf } from './exchange.ts';
import { readByLean } from './lean.ts';
import { readByLlhttp } from './llhttp.ts';

export const TRAILING_BYTES = 'trailing bytes after the response';

/** What there is to say of an exchange: what the parsers agree in, or what they differ in, and whether that is explained. */
export type Verdict = { what: string; explained: boolean };

/** Compares what our parser makes of an exchange, which is `whole`, with what llhttp makes of it. */
export function compare(exchange: Exchange, whole = readByLean(exchange)): Verdict {
  const theirs = readByLlhttp(exchange);
  if (theirs.end !== 'complete' || theirs.at === exchange.length) return judge(exchange, whole, theirs);
  // llhttp stops behind the answer. Ours must find the end there as well, and refuse what follows.
  const response = { ...exchange, length: theirs.at, closes: false };
  const ours = readByLean(response);
  if (ours.end === 'complete' && whole.reason !== TRAILING_BYTES)
    return { what: 'takes bytes after the response', explained: false };
  return judge(response, ours, theirs);
}

function judge(exchange: Exchange, ours: Outcome, theirs: Outcome): Verdict {
  const fields = differing(ours, theirs);
  if (fields.length === 0 || refuseBoth(exchange, ours, theirs)) return { what: `both: ${ours.end}`, explained: true };
  const seen = { text: textOf(exchange), method: exchange.method, ours, theirs };
  const reasons = fields.map((field) => DIFFERENCES.find(({ explains }) => explains(field, seen))?.what);
  if (reasons.every((reason) => reason !== undefined))
    return { what: [...new Set(reasons)].join(' and '), explained: true };
  return { what: fields.map((field) => said(field, ours, theirs)).join(', '), explained: false };
}

/** Whether the one that has not refused does so once its line, and the head, are over: we judge a field as a whole, and llhttp a byte. */
function refuseBoth(exchange: Exchange, ours: Outcome, theirs: Outcome): boolean {
  if (ours.end !== 'incomplete' && theirs.end !== 'incomplete') return false;
  const longer = exchangeOf(`${textOf(exchange)}\r\n\r\n`, { method: exchange.method, gathers: exchange.gathers });
  const read = ours.end === 'refused' ? readByLlhttp : theirs.end === 'refused' ? readByLean : undefined;
  return read?.(longer).end === 'refused';
}

function said(field: Field, ours: Outcome, theirs: Outcome): string {
  if (field !== 'end') return field;
  return [ours, theirs].map(({ end, reason }) => `${end} ${reason}`.trim()).join(' | ');
}
