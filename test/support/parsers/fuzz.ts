import { seededRandom } from '../../../model/common/random.ts';
import { TRAILING_BYTES } from '../../../runner/transport/http1/response-parser.ts';
import { compare, type Verdict } from './comparison.ts';
import { differing, type Exchange, endsWithHead, type Outcome, textOf } from './exchange.ts';
import { Lean, readByLean } from './lean.ts';
import { mutations } from './mutations.ts';

/** Exchanges with the same verdict. */
export type Row = Verdict & { count: number; example: string };

/**
 * Compares our parser with llhttp on mutated responses. The outcome of ours must not depend on a cut into two reads, nor on previous
 * responses.
 */
export function fuzz(cases: number, seed: number): Row[] {
  const random = seededRandom(seed);
  const next = mutations(random);
  /** A parser that has read all previous responses and may have cached their heads. */
  const experienced = new Lean();
  const rows = new Map<string, Row>();
  const count = (verdict: Verdict, exchange: Exchange) => {
    const row = rows.get(verdict.what);
    if (row !== undefined) row.count++;
    else rows.set(verdict.what, { ...verdict, count: 1, example: exampleOf(exchange) });
  };
  for (let n = 0; n < cases; n++) {
    const exchange = next();
    const whole = readByLean(exchange);
    count(compare(exchange, whole), exchange);
    const split = experienced.read(exchange, Math.floor(random() * (exchange.length + 1)));
    // Trailing bytes show only in the same read: in a later one no request is in flight.
    const closesAfterBytes = endsWithHead(exchange, whole) && split.end === whole.end && !whole.reusable;
    if (whole.reason !== TRAILING_BYTES && !closesAfterBytes && !same(split, whole))
      count({ what: 'the cut matters', explained: false }, exchange);
    const again = experienced.read(exchange);
    if (!same(again, whole)) count({ what: 'what came before matters', explained: false }, exchange);
  }
  return [...rows.values()].sort((a, b) => b.count - a.count);
}

function same(a: Outcome, b: Outcome): boolean {
  return a.reason === b.reason && differing(a, b).length === 0;
}

function exampleOf(exchange: Exchange): string {
  const { method, gathers, closes } = exchange;
  return `${method}${gathers ? ', headers' : ''}${closes ? ', close' : ''}: ${JSON.stringify(textOf(exchange))}`;
}
