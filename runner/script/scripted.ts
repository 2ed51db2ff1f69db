import type { MakeRequest, Outgoing } from '../../api/loadtest/loadtest-script.d.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Inspection } from '../response/inspection.ts';
import type { Redact } from '../response/redact.ts';
import { withCheck } from './checking.ts';
import { type ContextParts, contextOf, rendered, type Session } from './context.ts';
import type { Script } from './load.ts';
import { withOutgoing } from './outgoing.ts';
import { ScriptMisuse, scriptFailure } from './problem.ts';

export type ScriptedOptions = {
  script: Script;
  /** What the spec extracts from the answers to each of its requests; null for nothing. */
  extractions: readonly (Inspection | null)[];
  /** Whether the requests are one journey, in order. */
  journeys: boolean;
  redact: Redact;
};

/** The requests of a spec as a script has them, and how it chooses among them; without a choice they are chosen as ever. */
export type Scripted = {
  requests: PreparedRequest[];
  choose?: (arrival: number, byWeight: number) => number;
};

/** Puts a script in the place of what a spec says of its requests. */
export function scripted(parts: ContextParts, options: ScriptedOptions): Scripted {
  const { script, extractions, journeys, redact } = options;
  const { check } = script;
  const requests =
    check === undefined
      ? [...parts.requests]
      : parts.requests.map((_, i) => withCheck(parts, i, check, extractions[i] ?? null, redact));
  return script.request === undefined
    ? { requests }
    : withRequest({ ...parts, requests }, script.request, { journeys, redact });
}

const NOTHING_EXTRACTED: Session = new Map();

function withRequest(
  parts: ContextParts,
  request: MakeRequest,
  { journeys, redact }: Pick<ScriptedOptions, 'journeys' | 'redact'>,
): Scripted {
  const { requests } = parts;
  const base = new URL(parts.test.target).pathname;
  /** What was made of arrivals when their requests were chosen, until they are sent. */
  const made = new Map<number, PreparedRequest>();

  function make(i: number, arrival: number, session: Session): { place: number; message: PreparedRequest } {
    try {
      const outgoing: unknown = request(contextOf(parts, i, arrival, session));
      if (outgoing === undefined) return { place: i, message: rendered(parts, i, arrival, session) };
      const place = placeOf(outgoing, i);
      const message = withOutgoing(rendered(parts, place, arrival, session), outgoing as Outgoing, base);
      return { place, message };
    } catch (error) {
      const failure = scriptFailure(error, redact);
      return { place: i, message: { ...requests[i]!, fixed: false, render: null, failure } };
    }
  }

  function placeOf(outgoing: unknown, i: number): number {
    if (outgoing instanceof Promise) {
      outgoing.catch(() => {}); // what becomes of it is of no interest
      throw new ScriptMisuse('request must answer at once and not be async: setup is for what takes time');
    }
    if (typeof outgoing !== 'object' || outgoing === null) throw new ScriptMisuse('request must answer with an object');
    const { name } = outgoing as Outgoing;
    if (name === undefined) return i;
    const place = requests.findIndex((one) => one.name === name);
    if (place < 0) throw new ScriptMisuse(`request: the spec has no request "${name}"`);
    if (journeys && place !== i)
      throw new ScriptMisuse('request: the steps of a journey come in the order of the spec');
    return place;
  }

  return {
    requests: requests.map((one, i) => ({
      ...one,
      fixed: false,
      render: ({ index, session }) => {
        const known = made.get(index);
        made.delete(index);
        return known ?? make(i, index, session).message;
      },
    })),
    ...(!journeys && {
      choose: (arrival, byWeight) => {
        const { place, message } = make(byWeight, arrival, NOTHING_EXTRACTED);
        made.set(arrival, message);
        return place;
      },
    }),
  };
}
