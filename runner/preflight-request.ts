import { microseconds } from '../api/duration.ts';
import type { Assignment } from '../api/protocol.ts';
import { WHOLE } from '../model/plan.ts';
import { createEngine } from './engine.ts';
import { redactor } from './redact.ts';
import { prepareRequests } from './requests.ts';
import { processTiming } from './timing.ts';
import { transportFor } from './transport-choice.ts';
import type { Values } from './values.ts';
import { readTable, scopesOf } from './variables.ts';

/** One user with one request, now. */
const ONCE = {
  type: 'Closed',
  stripe: { index: 0, count: 1 },
  users: 1,
  begins: [0],
  thinkTime: 0,
  duration: Number.POSITIVE_INFINITY,
  iterations: 1,
  gracefulStop: Number.POSITIVE_INFINITY,
} as const;

/** Makes the first request of a test as arrival 0 would, and says how its answer is not as expected. It counts for nothing else. */
export async function requestOnce(
  { spec, test, index, addresses }: Pick<Assignment, 'spec' | 'test' | 'index' | 'addresses'>,
  values: Values,
): Promise<string | undefined> {
  const { target } = spec;
  const [first] = spec.requests;
  const table = readTable(spec, values);
  if ('problem' in table) return table.problem;
  const journeys = spec.requestOrder === 'Sequential';
  const engine = createEngine({
    plan: { ...ONCE, begins: [...ONCE.begins] },
    requests: prepareRequests(target, [first!], values, { columns: table.columns, journey: journeys }),
    timeout: microseconds(target.timeout),
    transport: await transportFor(target, values, WHOLE, addresses),
    timing: processTiming(performance.now()),
    journeys,
    redact: redactor(spec, values, table),
    scopes: scopesOf({ spec, test, runner: index, table, clock: Date.now }),
  });
  await new Promise<void>((over) => engine.run(over));
  const { errors, unexpected } = engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 });
  const [error] = errors;
  if (error !== undefined) return `request "${first!.name}" fails: ${error.kind}: ${error.example}`;
  const [answer] = unexpected ?? [];
  if (answer === undefined) return undefined;
  const body = answer.body === '' ? 'without a body' : `with the body: ${answer.body}`;
  const reason = answer.reason === undefined ? '' : ` (${answer.reason})`;
  return `request "${first!.name}" is not answered as expected: status ${answer.status}${reason} ${body}`;
}
