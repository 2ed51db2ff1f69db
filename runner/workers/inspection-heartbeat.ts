import type { RequestSpec } from '../../api/loadtest/request.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Inspection } from '../response/inspection.ts';

/**
 * The request whose response a worker thread is inspecting, in memory shared with its parent thread: a regular expression may take forever,
 * and the worker can then no longer report it.
 */
export type InspectionHeartbeat = SharedArrayBuffer;

const NOTHING = 0;

export function newInspectionHeartbeat(): InspectionHeartbeat {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

/** The requests with inspections that record themselves in `heartbeat`. */
export function withHeartbeat(requests: readonly PreparedRequest[], heartbeat: InspectionHeartbeat): PreparedRequest[] {
  const current = new Int32Array(heartbeat);
  return requests.map((request, i) => {
    const { inspection, codedInspection } = request;
    if (inspection === null && codedInspection === null) return request;
    const recorded = (inspected: Inspection | null): Inspection | null =>
      inspected && {
        ...inspected,
        inspect(response, session) {
          current[0] = i + 1;
          const finding = inspected.inspect(response, session);
          current[0] = NOTHING;
          return finding;
        },
      };
    return { ...request, inspection: recorded(inspection), codedInspection: recorded(codedInspection) };
  });
}

/** The current inspection of the thread, for people; undefined when it does something else. */
export function inspectionUnderWay(
  heartbeat: InspectionHeartbeat,
  requests: readonly RequestSpec[],
): string | undefined {
  const current = Atomics.load(new Int32Array(heartbeat), 0);
  if (current === NOTHING) return undefined;
  const request = requests[current - 1]!;
  const fields = regexFields(request);
  const inspection = `it was inspecting a response to request "${request.name}"`;
  return fields.length === 0 ? inspection : `${inspection}, and ${fields.join(', ')} may take forever on some texts`;
}

/** The regular expressions that inspect the responses to a request, each as field and pattern. */
function regexFields({ expect, extract }: RequestSpec): string[] {
  return [
    ...(expect?.headers ?? []).map(({ matches }, i) => [`expect.headers[${i}].matches`, matches]),
    ['expect.bodyMatches', expect?.bodyMatches],
    ...(extract ?? []).map(({ regex }, i) => [`extract[${i}].regex`, regex]),
  ].flatMap(([field, regex]) => (regex === undefined ? [] : [`${field} ${regex}`]));
}
