import { TRAILING_BYTES } from '../../../runner/transport/http1/response-parser.ts';
import { DIFFERENCES } from './differences.ts';
import { differing, type Exchange, endsWithHead, exchangeOf, type Field, type Outcome, textOf } from './exchange.ts';
import { readByLean } from './lean.ts';
import { readByLlhttp } from './llhttp.ts';

/** The comparison of an exchange: the agreement or difference of the parsers, and whether a known difference explains it. */
export type Verdict = { what: string; explained: boolean };

/** Compares the outcome `whole` of our parser with that of llhttp. */
export function compare(exchange: Exchange, whole = readByLean(exchange)): Verdict {
  const theirs = readByLlhttp(exchange);
  if (theirs.end !== 'complete' || theirs.at === exchange.length) return judge(exchange, whole, theirs);
  // llhttp stops after the response. Our parser must find the same end, and reject the bytes after it.
  const response = { ...exchange, length: theirs.at, closes: false };
  const ours = readByLean(response);
  const ignoresBytes = endsWithHead(exchange, ours) && whole.end === 'complete' && !whole.reusable;
  if (ours.end === 'complete' && whole.reason !== TRAILING_BYTES && !ignoresBytes)
    return { what: 'accepts bytes after the response', explained: false };
  return judge(response, ours, theirs);
}

function judge(exchange: Exchange, ours: Outcome, theirs: Outcome): Verdict {
  const fields = differing(ours, theirs);
  if (fields.length === 0 || refuseBoth(exchange, ours, theirs)) return { what: `both: ${ours.end}`, explained: true };
  const seen = { text: textOf(exchange), method: exchange.method, ours, theirs };
  const reasons = fields.map((field) => DIFFERENCES.find(({ explains }) => explains(field, seen))?.what);
  if (reasons.every((reason) => reason !== undefined))
    return { what: [...new Set(reasons)].join(' and '), explained: true };
  return { what: fields.map((field) => describe(field, ours, theirs)).join(', '), explained: false };
}

/** Whether the other parser also refuses once the line or the head is complete: ours checks whole fields, llhttp single bytes. */
function refuseBoth(exchange: Exchange, ours: Outcome, theirs: Outcome): boolean {
  if (ours.end !== 'incomplete' && theirs.end !== 'incomplete') return false;
  const longer = exchangeOf(`${textOf(exchange)}\r\n\r\n`, { method: exchange.method, gathers: exchange.gathers });
  const read = ours.end === 'refused' ? readByLlhttp : theirs.end === 'refused' ? readByLean : undefined;
  return read?.(longer).end === 'refused';
}

function describe(field: Field, ours: Outcome, theirs: Outcome): string {
  if (field !== 'end') return field;
  return [ours, theirs].map(({ end, reason }) => `${end} ${reason}`.trim()).join(' | ');
}
