import { type LoadPlan, requestChooser } from '../../model/load/load-plan.ts';
import { Arrivals } from '../../model/load/schedule.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Scopes } from '../request/variables.ts';
import type { Redact } from '../response/redact.ts';
import { UnexpectedExamples } from '../response/unexpected-examples.ts';
import type { Transport } from '../transport/transport.ts';
import type { Clock } from './clock.ts';
import { closedDriver } from './closed-model.ts';
import { type Driver, openDriver } from './open-model.ts';
import type { PacingTimer } from './pacing-timer.ts';
import { type Health, type LiveSnapshot, Recorder } from './recorder.ts';
import type { LogRequest } from './request-log.ts';
import { SlotPool } from './slot-pool.ts';

const noScopes: Scopes = () => {
  throw new Error('bug: templates without anything to fill them with');
};

/**
 * New connections that arrivals of the open model may open in one turn of the event loop, between which answers are read. Opening one costs
 * ten times as much as using it again: without a limit, all arrivals of a short stall would open one each, which makes the stall longer,
 * and so on. Where answers set connections free it is the engine that is late, and what waits soon has one of those.
 */
const OPENS = { opensPerTurn: 4, opensBesideFreed: 2 };
/** A closed load's connections are no more than its users. */
const OPENS_OF_USERS = { opensPerTurn: Number.POSITIVE_INFINITY, opensBesideFreed: Number.POSITIVE_INFINITY };

export type EngineOptions = {
  plan: LoadPlan;
  protocol: Protocol;
  requests: readonly PreparedRequest[];
  /** Microseconds. */
  timeout: number;
  transport: Transport;
  timing: Clock;
  sample?: LogRequest;
  /** Whether the requests are one journey, in order. */
  journeys?: boolean;
  /** Takes secrets out of what is shown of answers. */
  redact?: Redact;
  /** Epoch milliseconds. */
  clock?: () => number;
  /** What the requests' templates are filled with; needed when there are templates. */
  scopes?: Scopes;
  pacingTimer?: PacingTimer | undefined;
  /** Chooses the request of an arrival in the place of the weights, whose choice it is told. */
  choose?: ((arrival: number, byWeight: number) => number) | undefined;
};

/** The request loop: one share of the load, on one event loop. */
export interface Engine {
  /** Makes the load from time 0 on; `over` is called when the last request has ended, or at once by `stop`. */
  run(over: () => void): void;
  /** Sends nothing more and cuts off what is under way. */
  stop(): void;
  snapshot(health: Health): LiveSnapshot;
}

export function createEngine(options: EngineOptions): Engine {
  const { plan, protocol, requests, timeout, transport, timing, sample, pacingTimer, scopes = noScopes } = options;
  const { journeys = false, redact, clock = Date.now } = options;
  const recorder = new Recorder(
    requests.map((r) => r.name),
    () => timing.now(),
    new UnexpectedExamples(redact),
  );
  const limit = plan.type === 'Open' ? plan.maxInFlight : plan.users;
  const slots = new SlotPool(
    { protocol, requests, transport, timing, recorder, timeout, sample, scopes, journeys, clock },
    { limit, ...(plan.type === 'Open' ? OPENS : OPENS_OF_USERS) },
  );
  const driver = driverOf();
  let ended: number | undefined;
  let whenOver = () => {};
  let cancelWait = () => {};
  let cancelEnd = () => {};
  let cancelWaiting = () => {};

  function driverOf(): Driver {
    const byWeight = journeys ? () => 0 : requestChooser(requests.map((r) => r.weight));
    const own = options.choose;
    const choose = own === undefined ? byWeight : (n: number) => (slots.full ? byWeight(n) : own(n, byWeight(n)));
    if (plan.type === 'Closed') return closedDriver({ plan, choose, slots, timing });
    const arrivals = new Arrivals(plan.schedule, plan.stripe);
    return openDriver({ arrivals, end: plan.schedule.duration, choose, slots, recorder, timing, pacingTimer });
  }

  function finish(): void {
    if (ended !== undefined) return;
    ended = timing.now();
    cancelEnd();
    cancelWait();
    cancelWaiting();
    slots.close();
    whenOver();
  }

  /**
   * No more arrivals; what is in flight may end within the graceful stop. So may what waits for a connection, but no longer than for
   * one time-out: with a target that hangs, a long queue would make the test last for many of them.
   */
  function allSent(): void {
    driver.stop();
    const now = timing.now();
    const finishWhenDone = () => slots.idle && finish();
    slots.onSettled = finishWhenDone;
    cancelWait = timing.at(now + plan.gracefulStop, () => slots.abortAll());
    cancelWaiting = timing.at(now + timeout, () => {
      slots.giveUpWaiting();
      finishWhenDone();
    });
    finishWhenDone();
  }

  return {
    run(over) {
      whenOver = over;
      cancelEnd = timing.at(plan.type === 'Open' ? plan.schedule.duration : plan.duration, () => recorder.loadIsOver());
      cancelWait = timing.at(0, () => driver.begin(allSent));
    },
    stop() {
      cancelWait();
      driver.stop();
      slots.onSettled = () => {};
      slots.abortAll();
      finish();
    },
    snapshot: (health) => recorder.snapshot(Math.max(0, ended ?? timing.now()) / 1e3, health),
  };
}
