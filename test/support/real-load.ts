import { randomFillSync } from 'node:crypto';
import { type LoadTestSpec, loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import { loadPlanOf } from '../../model/load/load-plan.ts';
import { type Summary, summarise } from '../../model/measure/summary.ts';
import { NO_DATA } from '../../model/request/data.ts';
import { processClock } from '../../runner/engine/clock.ts';
import { createEngine } from '../../runner/engine/engine.ts';
import { traceContextOf } from '../../runner/engine/tracing/trace-context.ts';
import { eventLoopFigures } from '../../runner/process/event-loop.ts';
import { askTarget } from '../../runner/protocol/ask.ts';
import { protocolOf } from '../../runner/protocol/select.ts';
import { scopesOf } from '../../runner/request/variables.ts';
import type { Transport } from '../../runner/transport/transport.ts';
import type { Values } from '../../runner/values/referenced-values.ts';
import { freezeSnapshot } from './freeze-snapshot.ts';

const WHOLE = { index: 0, count: 1 };
const PLACE = { runner: WHOLE, worker: WHOLE };

type Fields = { target: object; requests?: object[]; requestOrder?: string; load?: object; thresholds?: object[] };

/** A spec with a timeout of 300 ms. By default, two users make twenty requests. */
export function realSpec({ target, ...fields }: Fields): LoadTestSpec {
  return loadTestSpecSchema.parse({
    load: { type: 'Closed', closed: { users: 2, iterations: 20 } },
    ...fields,
    target: { timeout: '300ms', ...target },
  });
}

/** Runs the load of a spec over the network in this thread and returns the result. */
export async function realLoad(spec: LoadTestSpec, values: Values, transport?: Transport): Promise<Summary> {
  const sequential = spec.requestOrder === 'Sequential';
  const protocol = await protocolOf(spec.target);
  const sending = transport ?? (await protocol.open(spec.target, values, PLACE));
  const engine = createEngine({
    protocol,
    plan: loadPlanOf(spec, PLACE),
    requests: protocol.prepare(spec.target, spec.requests, values, {
      sequential,
      answer: await askTarget({ spec }, values),
    }),
    timeoutUs: Number(/^(\d+)ms$/.exec(spec.target.timeout)![1]) * 1000,
    transport: sending,
    timing: processClock(performance.now()),
    loop: eventLoopFigures(),
    sequential,
    traceContext: traceContextOf(spec.target, (bytes) => randomFillSync(bytes)),
    scopes: scopesOf({ spec, test: { name: 't', uid: 'u' }, runner: 0, series: WHOLE, table: NO_DATA, clock: () => 0 }),
  });
  await new Promise<void>((over) => engine.run(over));
  return summarise(spec, [freezeSnapshot(engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }))]);
}

/** The number of errors of each kind. */
export function kindsOf({ errors }: Summary): Record<string, number> {
  return Object.fromEntries(errors.map(({ kind, count }) => [kind, count]));
}
