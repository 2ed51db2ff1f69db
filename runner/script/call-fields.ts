import type { TestContext } from '../../api/loadtest/loadtest-script.d.ts';
import { basePathOf } from '../request/path.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Scopes } from '../request/variables.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { trimOptionalWhitespace } from '../transport/optional-whitespace.ts';
import type { Call } from './call-queue.ts';
import { CHECK, REQUEST } from './channel/to-script.ts';
import { scriptView } from './request-override.ts';

/** What the calls of one engine have in common. */
export type CallParts = {
  test: TestContext;
  requests: readonly PreparedRequest[];
  scopes: Scopes;
  columns: readonly string[];
};

/** The values that an iteration has extracted so far, by name. */
export type Session = ReadonlyMap<string, string>;

/** A decoded response. */
export type DecodedResponse = { status: number; headers: ResponseHeaders; body: Buffer };

/** Request number `i` of the spec with the variables of an arrival filled in. */
export function renderedRequest({ requests, scopes }: CallParts, i: number, arrival: number, session: Session) {
  const request = requests[i]!;
  return request.render === null ? request : request.render(scopes(arrival, i, session));
}

/** More than an iteration has requests, so that the random numbers of a script are independent of those of the spec's templates. */
const SCRIPT_STEP = 1000;
const NO_BODY = Buffer.alloc(0);

/** The call of `request` for request number `i` of an arrival, or of `check` for the response to it. */
export function callOf(
  parts: CallParts,
  i: number,
  arrival: number,
  session: Session,
  response?: DecodedResponse,
): Call {
  return {
    kind: response === undefined ? REQUEST : CHECK,
    index: arrival,
    step: SCRIPT_STEP + i,
    status: response?.status ?? 0,
    bytes: response?.body.length ?? 0,
    field(name) {
      if (name === 'row') return rowOf(parts, arrival);
      if (name === 'session') return Object.fromEntries(session);
      if (name === 'request')
        return scriptView(renderedRequest(parts, i, arrival, session), basePathOf(parts.test.target));
      return name === 'headers' ? flatHeaders(response?.headers ?? {}) : (response?.body ?? NO_BODY);
    },
  };
}

function rowOf({ scopes, columns }: CallParts, arrival: number): Record<string, string> {
  const { row } = scopes(arrival, SCRIPT_STEP, new Map());
  return Object.fromEntries(columns.map((column, n) => [column, row[n] ?? '']));
}

function flatHeaders(headers: ResponseHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? trimOptionalWhitespace(value) : value.join(', ')]],
    ),
  );
}
