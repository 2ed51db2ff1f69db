import type { MakeRequest, Outgoing } from '../../api/loadtest/loadtest-script.d.ts';
import { basePathOf } from '../request/path.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Inspection } from '../response/inspection.ts';
import type { Redact } from '../response/redact.ts';
import { type ContextParts, contextOf, renderedRequest, type Session } from './context.ts';
import type { Script } from './load-script.ts';
import { withOverride } from './request-override.ts';
import { withCheck } from './response-check.ts';
import { ScriptMisuse, scriptFailure } from './script-error.ts';

export type ScriptedOptions = {
  script: Script;
  /** The `extract` of each request of the spec; null for none. */
  extractions: readonly (Inspection | null)[];
  /** Whether an iteration sends all requests, in order. */
  sequential: boolean;
  redact: Redact;
};

/** The requests of a spec with a script. `choose` overrides which request an arrival sends; absent, the weighted choice applies. */
export type ScriptedRequests = {
  requests: PreparedRequest[];
  choose?: (arrival: number, byWeight: number) => number;
};

/** Lets a script override the requests of a spec and judge their responses, as far as it exports functions for it. */
export function scriptedRequests(parts: ContextParts, options: ScriptedOptions): ScriptedRequests {
  const { script, extractions, sequential, redact } = options;
  const { check } = script;
  const requests =
    check === undefined
      ? [...parts.requests]
      : parts.requests.map((_, i) => withCheck(parts, i, check, extractions[i] ?? null, redact));
  return script.request === undefined
    ? { requests }
    : withRequest({ ...parts, requests }, script.request, { sequential, redact });
}

const NOTHING_EXTRACTED: Session = new Map();

function withRequest(
  parts: ContextParts,
  makeRequest: MakeRequest,
  { sequential, redact }: Pick<ScriptedOptions, 'sequential' | 'redact'>,
): ScriptedRequests {
  const { requests } = parts;
  const base = basePathOf(parts.test.target);
  /** The messages of arrivals between the choice of their request and its sending, by the arrival's number. */
  const messages = new Map<number, PreparedRequest>();

  function make(i: number, arrival: number, session: Session): { request: number; message: PreparedRequest } {
    try {
      const override: unknown = makeRequest(contextOf(parts, i, arrival, session));
      if (override === undefined) return { request: i, message: renderedRequest(parts, i, arrival, session) };
      const request = requestOf(override, i);
      const message = withOverride(renderedRequest(parts, request, arrival, session), override as Outgoing, base);
      return { request, message };
    } catch (error) {
      const failure = scriptFailure(error, redact);
      return { request: i, message: { ...requests[i]!, fixed: false, render: null, failure } };
    }
  }

  function requestOf(override: unknown, i: number): number {
    if (override instanceof Promise) {
      override.catch(() => {}); // only the misuse is reported
      throw new ScriptMisuse('request must be synchronous, but returned a promise: use setup for asynchronous work');
    }
    if (typeof override !== 'object' || override === null)
      throw new ScriptMisuse('request must return an object or undefined');
    const { name } = override as Outgoing;
    if (name === undefined) return i;
    const request = requests.findIndex((one) => one.name === name);
    if (request < 0) throw new ScriptMisuse(`request: the spec has no request "${name}"`);
    if (sequential && request !== i)
      throw new ScriptMisuse('request: with requestOrder Sequential, the order of the spec applies');
    return request;
  }

  return {
    requests: requests.map((one, i) => ({
      ...one,
      fixed: false,
      render: ({ index, session }) => {
        const message = messages.get(index);
        messages.delete(index);
        return message ?? make(i, index, session).message;
      },
    })),
    ...(!sequential && {
      choose: (arrival, byWeight) => {
        const { request, message } = make(byWeight, arrival, NOTHING_EXTRACTED);
        messages.set(arrival, message);
        return request;
      },
    }),
  };
}
