import type { Context, Json, TestContext } from '../../api/loadtest/loadtest-script.d.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Scopes } from '../request/variables.ts';
import { shownRequest } from './outgoing.ts';

/** All that the contexts of one engine's arrivals are made of. */
export type ContextParts = {
  test: TestContext;
  requests: readonly PreparedRequest[];
  scopes: Scopes;
  runner: number;
  worker: number;
  /** What setup answered with. */
  data: Json;
  columns: readonly string[];
};

/** What a journey has extracted by now. */
export type Session = ReadonlyMap<string, string>;

/** A request as the spec has it for an arrival. */
export function rendered({ requests, scopes }: ContextParts, i: number, arrival: number, session: Session) {
  const request = requests[i]!;
  return request.render === null ? request : request.render(scopes(arrival, i, session));
}

/** No journey has so many steps: what a script draws does not depend on what the spec's own texts draw. */
const SCRIPT_STEP = 1000;

/** What a script is told of an arrival whose request is `i`; what costs something is made when it is asked for. */
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
      return shownRequest(rendered(parts, i, arrival, session), new URL(test.target).pathname);
    },
  };
}
