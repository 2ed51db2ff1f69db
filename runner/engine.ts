import type { Snapshot } from '../api/protocol.ts';
import { type Plan, requestChooser } from '../model/plan.ts';
import { Arrivals } from '../model/schedule.ts';
import { Examples } from './examples.ts';
import { Flights } from './flights.ts';
import type { Metronome } from './metronome.ts';
import { type Driver, openDriver } from './pacer.ts';
import type { Redact } from './redact.ts';
import type { PreparedRequest } from './requests.ts';
import type { RecordSample } from './samples.ts';
import { type Health, Tally } from './tally.ts';
import type { Timing } from './timing.ts';
import type { Transport } from './transport.ts';
import { closedDriver } from './users.ts';
import type { Scopes } from './variables.ts';

const noScopes: Scopes = () => {
  throw new Error('bug: templates without anything to fill them with');
};

export type EngineOptions = {
  plan: Plan;
  requests: readonly PreparedRequest[];
  /** Microseconds. */
  timeout: number;
  transport: Transport;
  timing: Timing;
  sample?: RecordSample;
  /** Whether the requests are one journey, in order. */
  journeys?: boolean;
  /** Takes secrets out of what is shown of answers. */
  redact?: Redact;
  /** Epoch milliseconds. */
  clock?: () => number;
  /** What the requests' templates are filled with; needed when there are templates. */
  scopes?: Scopes;
  metronome?: Metronome | undefined;
};

/** The request loop: one share of the load, on one event loop. */
export interface Engine {
  /** Makes the load from time 0 on; `over` is called when the last request has ended, or at once by `stop`. */
  run(over: () => void): void;
  /** Sends nothing more and cuts off what is under way. */
  stop(): void;
  snapshot(health: Health): Snapshot;
}

export function createEngine(options: EngineOptions): Engine {
  const { plan, requests, timeout, transport, timing, sample, metronome, scopes = noScopes } = options;
  const { journeys = false, redact, clock = Date.now } = options;
  const tally = new Tally(
    requests.map((r) => r.name),
    () => timing.now(),
    new Examples(redact),
  );
  const limit = plan.type === 'Open' ? plan.maxInFlight : plan.users;
  const flights = new Flights({ requests, transport, timing, tally, timeout, sample, scopes, journeys, clock }, limit);
  const driver = driverOf();
  let ended: number | undefined;
  let whenOver = () => {};
  let cancelWait = () => {};

  function driverOf(): Driver {
    const choose = journeys ? () => 0 : requestChooser(requests.map((r) => r.weight));
    if (plan.type === 'Closed') return closedDriver({ plan, choose, flights, timing });
    const arrivals = new Arrivals(plan.schedule, plan.stripe);
    return openDriver({ arrivals, end: plan.schedule.duration, choose, flights, tally, timing, metronome });
  }

  function finish(): void {
    if (ended !== undefined) return;
    ended = timing.now();
    cancelWait();
    flights.close();
    whenOver();
  }

  /** Nothing more is sent; what is in flight may end within the graceful stop. */
  function allSent(): void {
    driver.stop();
    flights.onSettled = () => flights.inFlight === 0 && finish();
    cancelWait = timing.at(timing.now() + plan.gracefulStop, () => flights.abortAll());
    flights.onSettled();
  }

  return {
    run(over) {
      whenOver = over;
      cancelWait = timing.at(0, () => driver.begin(allSent));
    },
    stop() {
      cancelWait();
      driver.stop();
      flights.onSettled = () => {};
      flights.abortAll();
      finish();
    },
    snapshot: (health) => tally.snapshot(Math.max(0, ended ?? timing.now()) / 1e3, health),
  };
}
