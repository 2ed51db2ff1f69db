import { microseconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { loadPlanOf } from '../../model/load/load-plan.ts';
import { summarise } from '../../model/measure/summary.ts';
import { NO_DATA } from '../../model/request/data.ts';
import { createEngine } from '../../runner/engine/engine.ts';
import { http } from '../../runner/protocol/http.ts';
import { prepareRequests } from '../../runner/request/prepare.ts';
import { scopesOf } from '../../runner/request/variables.ts';
import { freezeSnapshot } from '../../runner/workers/live-snapshot.ts';
import { type Script, scriptedTransport, VirtualTime } from './virtual-time.ts';

const NEVER: readonly [from: number, until: number][] = [];
const ONE = { index: 0, count: 1 };

/**
 * Runs the load of a spec in virtual time, against a target that follows `script`. `stopAt` (microseconds) stops it early; `stopped` are the times
 * between which the generator's process does not run, each the first and the last.
 */
export function virtualLoad(
  spec: LoadTestSpec,
  script: Script,
  { stripe = ONE, stopAt = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY, stopped = NEVER } = {},
) {
  const timing = new VirtualTime();
  for (const [from, until] of stopped) timing.stop(from, until);
  const { transport, sent, connections } = scriptedTransport(timing, script, most);
  const sequential = spec.requestOrder === 'Sequential';
  const clock = () => timing.now() / 1e3;
  const engine = createEngine({
    protocol: http,
    plan: loadPlanOf(spec, { runner: stripe, worker: ONE }),
    requests: prepareRequests(spec.target, spec.requests, new Map(), { sequential }),
    timeoutUs: microseconds(spec.target.timeout),
    transport,
    timing,
    loop: timing,
    ...(sequential && {
      sequential,
      clock,
      scopes: scopesOf({ spec, test: { name: 't', uid: 'u' }, runner: 0, series: ONE, table: NO_DATA, clock }),
    }),
  });
  let over = 0;
  engine.run(() => over++);
  if (stopAt !== Number.POSITIVE_INFINITY) {
    timing.run(stopAt);
    engine.stop();
  }
  timing.run();
  const snapshot = freezeSnapshot(engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }));
  return { summary: summarise(spec, [snapshot]), sent, connections, over, endedAt: snapshot.elapsedMs };
}
