import type { LoadPlan } from '../../model/load/load-plan.ts';
import { requestChooser } from '../../model/load/request-chooser.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Scopes } from '../request/variables.ts';
import type { Redact } from '../response/redact.ts';
import { UnexpectedExamples } from '../response/unexpected-examples.ts';
import type { Transport } from '../transport/transport.ts';
import type { Clock } from './clock.ts';
import { type LoopFigures, ReadDelay } from './delay/read-delay.ts';
import type { TrialControl } from './drivers/driver.ts';
import { loadDriverOf } from './drivers/load-drivers.ts';
import { newCounterMemory, sharedCounter } from './drivers/shared-counter.ts';
import type { Upcoming } from './drivers/upcoming.ts';
import type { PacingTimer } from './pacing-timer.ts';
import { type Health, type LiveSnapshot, Recorder } from './recorder.ts';
import type { LogRequest } from './request-log.ts';
import { type Settling, settle } from './settle.ts';
import { SlotPool } from './slot-pool.ts';
import type { TraceContext } from './tracing/trace-context.ts';
import { TraceRecorder } from './tracing/trace-recorder.ts';

const noScopes: Scopes = () => {
  throw new Error('bug: templates without scopes');
};

export type EngineOptions = {
  plan: LoadPlan;
  protocol: Protocol;
  requests: readonly PreparedRequest[];
  timeoutUs: number;
  transport: Transport;
  timing: Clock;
  /** The event loop that carries out the plan. */
  loop: LoopFigures;
  logRequest?: LogRequest;
  /** Whether an iteration sends all requests, in order. */
  sequential?: boolean;
  /** Removes secrets from the examples of responses. */
  redact?: Redact;
  /** Epoch milliseconds. */
  clock?: () => number;
  /** Fills the templates of the requests; required when there are templates. */
  scopes?: Scopes;
  pacingTimer?: PacingTimer | undefined;
  /** Receives the arrivals that are known ahead. */
  upcoming?: Pick<Upcoming, 'follow'> | undefined;
  /** Shuffles the weighted requests; 0 by default. */
  seed?: number;
  /** Counts the iterations of a closed load on all engines of its runner; by default on this engine alone. */
  countIteration?: () => number;
  /** Makes the function that overrides which request an arrival sends; receives the weighted choice. */
  chooser?: ((byWeight: (arrival: number) => number) => (arrival: number) => number) | undefined;
  /** Traces of the iterations; absent: none. */
  traceContext?: TraceContext | undefined;
  /** See DriverContext. */
  onTrial?: () => void;
};

/** Carries out one plan on one event loop. */
export interface Engine {
  /** Makes the load from time 0 on; calls `over` when the last request has ended, or when `stop` is called. */
  run(over: () => void): void;
  /** Sends nothing more and aborts the requests in flight. */
  stop(): void;
  /** The trials of a load that consists of them. */
  readonly trials: TrialControl | undefined;
  snapshot(health: Health): LiveSnapshot;
}

export function createEngine(options: EngineOptions): Engine {
  const {
    plan,
    protocol,
    requests,
    timeoutUs,
    transport,
    timing,
    loop,
    logRequest,
    pacingTimer,
    upcoming,
    scopes = noScopes,
  } = options;
  const { sequential = false, redact, clock = Date.now, seed = 0, traceContext } = options;
  const { countIteration = sharedCounter(newCounterMemory()), onTrial = () => {} } = options;
  const loadDriver = loadDriverOf(plan);
  const recorder = new Recorder(
    requests.map((r) => r.name),
    () => timing.now(),
    { atUs: plan.lengthUs, allowsUsual: loadDriver.asksForRate },
    protocol.codeOf,
    new UnexpectedExamples(redact),
  );
  const tracing = traceContext && {
    context: traceContext,
    recorder: new TraceRecorder(
      requests.map((r) => r.name),
      clock,
    ),
  };
  const slots = new SlotPool(
    {
      ...{ protocol, requests, transport, timing, recorder, timeoutUs, logRequest, scopes, sequential, clock, tracing },
      keepsConnections: !loadDriver.asksForRate,
      readDelay: new ReadDelay(loop),
    },
    loadDriver.slotLimits(plan),
  );
  const settleAll = (limits: Pick<Settling, 'leastUs' | 'mostUs'>, settled: () => void) =>
    settle(slots, timing, { ...limits, waitingUs: timeoutUs }, settled);
  const driver = loadDriver.driver(plan, {
    ...{ choose: chooser(), countIteration, slots, recorder, timing, pacingTimer, onTrial, upcoming },
    settle: settleAll,
  });
  let endedUs: number | undefined;
  let whenOver = () => {};
  let cancelWait = () => {};

  function chooser(): (arrival: number) => number {
    const weights = requests.map((r) => r.weight);
    const byWeight = sequential ? () => 0 : requestChooser(weights, seed, plan.series);
    const own = options.chooser?.(byWeight);
    return own === undefined ? byWeight : (n: number) => (slots.full ? byWeight(n) : own(n));
  }

  function finish(): void {
    if (endedUs !== undefined) return;
    endedUs = timing.now();
    cancelWait();
    slots.close();
    whenOver();
  }

  /** Requests in flight may end within the graceful stop. */
  function allSent(): void {
    driver.stop();
    recorder.allSent();
    cancelWait = settleAll({ leastUs: 0, mostUs: plan.gracefulStopUs }, finish);
  }

  return {
    run(over) {
      whenOver = over;
      cancelWait = timing.at(0, () => driver.begin(allSent));
    },
    stop() {
      cancelWait();
      driver.stop();
      slots.onSettled = () => {};
      slots.onJudged = () => {};
      slots.abortAll();
      finish();
    },
    trials: driver.trials,
    snapshot: (health) => ({
      ...recorder.snapshot(Math.max(0, endedUs ?? timing.now()) / 1e3, health, transport.dials),
      ...transport.addresses?.uses(),
      ...(tracing && { traces: tracing.recorder.kept }),
    }),
  };
}
