import assert from 'node:assert/strict';
import { microseconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { loadPlanOf } from '../../model/load/load-plan.ts';
import type { Stripe } from '../../model/load/stripe.ts';
import { impossibleNumbers } from '../../model/measure/possible/impossible-numbers.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { summarise } from '../../model/measure/summary.ts';
import { NO_DATA } from '../../model/request/data.ts';
import { createEngine } from '../../runner/engine/engine.ts';
import { http } from '../../runner/protocol/http.ts';
import { prepareRequests } from '../../runner/request/prepare.ts';
import type { PreparedRequest } from '../../runner/request/prepared-request.ts';
import { scopesOf } from '../../runner/request/variables.ts';
import { freezeSnapshot } from './freeze-snapshot.ts';
import { type Script, scriptedTransport, VirtualTime } from './virtual-time.ts';

const ONE = { index: 0, count: 1 };

type Options = {
  stripe?: Stripe;
  /** Stops the load early, microseconds since it began. */
  stopAt?: number;
  /** The most connections. */
  most?: number;
  /** The time for which making a connection, which opens later, keeps the thread busy. */
  making?: number;
  /** Receives the measurement of each second while the load runs. */
  everySecond?: (snapshot: Snapshot) => void;
  /** Changes the prepared requests; `timing` is the clock of the load. */
  edited?: (requests: PreparedRequest[], timing: VirtualTime) => PreparedRequest[];
  /** The times between which the generator's process does not run, each the first and the last. */
  stopped?: readonly [from: number, until: number][];
};

/** Runs the load of a spec in virtual time, against a target that follows `script`. */
export function virtualLoad(
  spec: LoadTestSpec,
  script: Script,
  {
    stripe = ONE,
    stopAt = Number.POSITIVE_INFINITY,
    most = Number.POSITIVE_INFINITY,
    making = 0,
    everySecond,
    edited = (requests) => requests,
    stopped = [],
  }: Options = {},
) {
  const timing = new VirtualTime();
  for (const [from, until] of stopped) timing.stop(from, until);
  const { transport, sent, connections } = scriptedTransport(timing, script, most, making);
  const sequential = spec.requestOrder === 'Sequential';
  const clock = () => timing.now() / 1e3;
  const engine = createEngine({
    protocol: http,
    plan: loadPlanOf(spec, { runner: stripe, worker: ONE }),
    requests: edited(prepareRequests(spec.target, spec.requests, new Map(), { sequential }), timing),
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
  const measured = () => {
    const snapshot = freezeSnapshot(engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }));
    assert.equal(impossibleNumbers(snapshot, over > 0 ? 'Final' : 'Live'), undefined);
    return snapshot;
  };
  const measureAt = (second: number) =>
    timing.at(second * 1e6, () => {
      if (over > 0) return;
      everySecond?.(measured());
      measureAt(second + 1);
    });
  engine.run(() => over++);
  if (everySecond !== undefined) measureAt(1);
  if (stopAt !== Number.POSITIVE_INFINITY) {
    timing.run(stopAt);
    engine.stop();
  }
  timing.run();
  const snapshot = measured();
  return { summary: summarise(spec, [snapshot]), sent, connections, over, endedAt: snapshot.elapsedMs };
}
