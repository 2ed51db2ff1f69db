import type { Context, Json, TestContext } from '../../api/loadtest/loadtest-script.d.ts';
import { basePathOf } from '../request/path.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Scopes } from '../request/variables.ts';
import { scriptView } from './request-override.ts';

/** The parts of the contexts of one engine's arrivals. */
export type ContextParts = {
  test: TestContext;
  requests: readonly PreparedRequest[];
  scopes: Scopes;
  runner: number;
  worker: number;
  /** The result of setup. */
  data: Json;
  columns: readonly string[];
};

/** The values that an iteration has extracted so far, by name. */
export type Session = ReadonlyMap<string, string>;

/** Request number `i` of the spec with the variables of an arrival filled in. */
export function renderedRequest({ requests, scopes }: ContextParts, i: number, arrival: number, session: Session) {
  const request = requests[i]!;
  return request.render === null ? request : request.render(scopes(arrival, i, session));
}

/** More than an iteration has requests, so that the random numbers of a script are independent of those of the spec's templates. */
const SCRIPT_STEP = 1000;

/** The context of an arrival that sends request number `i`. Costly fields are computed when they are read. */
export function contextOf(parts: ContextParts, i: number, arrival: number, session: Session): Context {
  const { test, scopes, runner, worker, data, columns } = parts;
  const scope = scopes(arrival, SCRIPT_STEP + i, session);
  let row: Record<string, string> | undefined;
  return {
    ...test,
    index: arrival,
    runner,
    worker,
    data,
    random: () => scope.random() / 2 ** 32,
    get row() {
      row ??= Object.fromEntries(columns.map((column, n) => [column, scope.row[n] ?? '']));
      return row;
    },
    get session() {
      return Object.fromEntries(session);
    },
    get request() {
      return scriptView(renderedRequest(parts, i, arrival, session), basePathOf(test.target));
    },
  };
}
