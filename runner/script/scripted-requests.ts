import { hostHeaderFault } from '../../model/limits/allowed-hosts.ts';
import type { Upcoming } from '../engine/drivers/upcoming.ts';
import { basePathOf } from '../request/path.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Inspection, Judgement } from '../response/inspection.ts';
import type { Redact } from '../response/redact.ts';
import { type CallParts, callOf, renderedRequest, type Session } from './call-fields.ts';
import type { CallQueue, Returned } from './call-queue.ts';
import type { Exported, Override } from './channel/from-script.ts';
import { ScriptMisuse } from './channel/script-error.ts';
import { MadeAhead } from './made-ahead.ts';
import { withOverride } from './request-override.ts';
import { withCheck } from './response-check.ts';
import { scriptFailure } from './script-failure.ts';

export type ScriptedOptions = {
  exported: Pick<Exported, 'request' | 'check'>;
  calls: CallQueue;
  /** The `extract` of each request of the spec; null for none. */
  extractions: readonly (Inspection<Judgement> | null)[];
  /** Whether an iteration sends all requests, in order. */
  sequential: boolean;
  redact: Redact;
  /** The hosts that a header Host may name. Empty: all. */
  hosts: readonly string[];
  upcoming: Upcoming;
  /** Microseconds. */
  nowUs: () => number;
};

/** The requests of a spec with a script. `chooser` overrides which request an arrival sends; absent, the weighted choice applies. */
export type ScriptedRequests = {
  requests: PreparedRequest[];
  chooser?: (byWeight: (arrival: number) => number) => (arrival: number) => number;
};

/** Lets a script override the requests of a spec and judge their responses, as far as it exports functions for it. */
export function scriptedRequests(parts: CallParts, options: ScriptedOptions): ScriptedRequests {
  const { exported, extractions } = options;
  const requests = exported.check
    ? parts.requests.map((_, i) => withCheck(parts, i, extractions[i] ?? null, options))
    : [...parts.requests];
  return exported.request ? withRequest({ ...parts, requests }, options) : { requests };
}

function hostFault({ headers = {} }: Override, hosts: readonly string[]): string | undefined {
  const named = Object.entries(headers).find(([name, value]) => name.toLowerCase() === 'host' && value !== null);
  return named && hostHeaderFault(named[1] ?? undefined, hosts);
}

const NOTHING_EXTRACTED: Session = new Map();

/** What an arrival sends: request number `request` as the message. */
type Made = { request: number; message: PreparedRequest };

function withRequest(
  parts: CallParts,
  { calls, sequential, redact, hosts, upcoming, nowUs }: ScriptedOptions,
): ScriptedRequests {
  const { requests } = parts;
  const base = basePathOf(parts.test.target);
  /** The messages of arrivals between the choice of their request and its sending, by the arrival's number. */
  const messages = new Map<number, PreparedRequest>();

  function madeOf({ result, body }: Returned, i: number, arrival: number, session: Session): Made {
    if (result === null) return { request: i, message: renderedRequest(parts, i, arrival, session) };
    try {
      if (typeof result !== 'object') throw new ScriptMisuse('request must return an object or undefined');
      if ('error' in result) throw new ScriptMisuse(result.error);
      const fault = hostFault(result.override, hosts);
      if (fault !== undefined) throw new ScriptMisuse(`request: header Host: ${fault}`);
      const request = requestOf(result.override, i);
      const rendered = renderedRequest(parts, request, arrival, session);
      return { request, message: withOverride(rendered, result.override, body, base) };
    } catch (error) {
      if (!(error instanceof ScriptMisuse)) throw error;
      const failure = scriptFailure(error.message, redact);
      return { request: i, message: { ...requests[i]!, fixed: false, render: null, failure } };
    }
  }

  function requestOf({ name }: Override, i: number): number {
    if (name === undefined) return i;
    const request = requests.findIndex((one) => one.name === name);
    if (request < 0) throw new ScriptMisuse(`request: the spec has no request "${name}"`);
    if (sequential && request !== i)
      throw new ScriptMisuse('request: with requestOrder Sequential, the order of the spec applies');
    return request;
  }

  if (sequential)
    return {
      requests: requests.map((one, i) => ({
        ...one,
        fixed: false,
        makeLater(arrival, session, made) {
          const done = (returned: Returned) => made(madeOf(returned, i, arrival, session).message);
          calls.add(callOf(parts, i, arrival, session), done, 'Soon');
        },
      })),
    };

  return {
    requests: requests.map((one) => ({
      ...one,
      fixed: false,
      render({ index }) {
        const message = messages.get(index)!;
        messages.delete(index);
        return message;
      },
    })),
    chooser(byWeight) {
      const callFor = (arrival: number) => callOf(parts, byWeight(arrival), arrival, NOTHING_EXTRACTED);
      const ahead = new MadeAhead(calls, upcoming, callFor, nowUs);
      return (arrival) => {
        const { request, message } = madeOf(ahead.take(arrival), byWeight(arrival), arrival, NOTHING_EXTRACTED);
        messages.set(arrival, message);
        return request;
      };
    },
  };
}
