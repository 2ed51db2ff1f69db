import { didYouMean } from '../../api/common/misspelt/closest.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { keyReference, referencePath } from '../../api/loadtest/references.ts';
import { variablesOf } from '../../api/loadtest/variables.ts';
import type { Stripe } from '../../model/load/stripe.ts';
import { NO_DATA, parseTable, rowChooser, type Table } from '../../model/request/data.ts';
import { rowProblem } from '../../model/request/row-problem.ts';
import { seedOf } from '../../model/request/seed.ts';
import { drawsOf, type Scope } from '../../model/request/template.ts';
import type { Values } from '../values/referenced-values.ts';
import { utf8Text } from '../values/utf8-text.ts';

/** The scope of one request's templates, by the arrival, the index of the request in its iteration, and the iteration's extracted values. */
export type Scopes = (arrival: number, step: number, session: ReadonlyMap<string, string>) => Scope;

/** Reads the data of a spec. A problem names the first fault: data that cannot be parsed, a column that a request uses and the data
 * lack, or a value that a request cannot use. */
export function readTable(spec: LoadTestSpec, values: Values): Table | { problem: string } {
  if (spec.data === undefined) return NO_DATA;
  const { kind, name, key } = keyReference(spec.data.from);
  const bytes = values.get(referencePath({ kind, name, key })) ?? Buffer.alloc(0);
  const where = `data: key "${key}" of ${kind} "${name}"`;
  const text = utf8Text(bytes);
  const table = typeof text === 'string' ? parseTable(text, spec.data.format) : text;
  if ('problem' in table) return { problem: `${where} ${table.problem}` };
  for (const request of spec.requests) {
    const used = variablesOf(request).flatMap((v) => (v.startsWith('data.') ? [v.slice('data.'.length)] : []));
    const missing = used.find((column) => !table.columns.includes(column));
    if (missing !== undefined)
      return {
        problem: `${where} has no column "${missing}", which request "${request.name}" uses; it has ${table.columns.join(', ')}${columnHint(missing, table.columns)}`,
      };
  }
  const fault = rowProblem(spec.requests, table, {
    targetHost: new URL(spec.target.url).host,
    secret: kind === 'Secret',
  });
  return fault === undefined ? table : { problem: `${where} ${fault}` };
}

/** What may be wrong with the names of columns that lack one. */
function columnHint(missing: string, columns: readonly string[]): string {
  const separator = columns.length === 1 ? /[;\t|]/.exec(columns[0]!)?.[0] : undefined;
  if (separator === undefined) return didYouMean(missing, columns);
  return `: CSV separates fields by commas, and not by ${separator === '\t' ? 'tabs' : `"${separator}"`}`;
}

/** The scopes of one engine's requests, whose arrivals belong to `series`. */
export function scopesOf(options: {
  spec: Pick<LoadTestSpec, 'seed' | 'data'>;
  test: { name: string; uid: string };
  runner: number;
  series: Stripe;
  table: Table;
  /** Epoch milliseconds. */
  clock: () => number;
}): Scopes {
  const { spec, test, runner, series, table, clock } = options;
  const seed = seedOf(spec, test.uid);
  const rowOf = rowChooser(table.rows.length, spec.data?.order ?? 'Sequential', seed, series);
  const none: readonly string[] = [];
  return (index, step, session) => ({
    index,
    runner,
    run: test.name,
    now: clock(),
    random: drawsOf(seed, index, step),
    row: table.rows[rowOf(index)] ?? none,
    session,
  });
}
