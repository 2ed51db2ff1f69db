import type { RequestSpec } from '../../api/loadtest/request.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';

/**
 * Which request's answer a worker thread is looking at, in memory that it shares with the thread that made it: a regular expression may take
 * forever, and the thread can then no longer say so itself.
 */
export type InspectionHeartbeat = SharedArrayBuffer;

const NOTHING = 0;

export function newInspectionHeartbeat(): InspectionHeartbeat {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

/** The requests with inspections that tell when they look at an answer. */
export function withHeartbeat(requests: readonly PreparedRequest[], heartbeat: InspectionHeartbeat): PreparedRequest[] {
  const place = new Int32Array(heartbeat);
  return requests.map((request, i) => {
    const { inspection } = request;
    if (inspection === null) return request;
    const inspect: typeof inspection.inspect = (response, session) => {
      place[0] = i + 1;
      const finding = inspection.inspect(response, session);
      place[0] = NOTHING;
      return finding;
    };
    return { ...request, inspection: { ...inspection, inspect } };
  });
}

/** What the thread is looking at, for people; undefined when it is at something else. */
export function inspectionUnderWay(
  heartbeat: InspectionHeartbeat,
  requests: readonly RequestSpec[],
): string | undefined {
  const place = Atomics.load(new Int32Array(heartbeat), 0);
  if (place === NOTHING) return undefined;
  const request = requests[place - 1]!;
  const fields = regexFields(request);
  const what = `it was looking at an answer to the request "${request.name}"`;
  return fields.length === 0 ? what : `${what}, and ${fields.join(', ')} may take forever on some texts`;
}

/** The regular expressions that look at the answers to a request, as field and pattern. */
function regexFields({ expect, extract }: RequestSpec): string[] {
  return [
    ...(expect?.headers ?? []).map(({ matches }, i) => [`expect.headers[${i}].matches`, matches]),
    ['expect.bodyMatches', expect?.bodyMatches],
    ...(extract ?? []).map(({ regex }, i) => [`extract[${i}].regex`, regex]),
  ].flatMap(([field, regex]) => (regex === undefined ? [] : [`${field} ${regex}`]));
}
