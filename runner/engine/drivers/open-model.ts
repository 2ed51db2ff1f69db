import { Arrivals } from '../../../model/load/arrivals.ts';
import type { OpenPlan } from '../../../model/load/open-load.ts';
import { PacingTimer } from '../pacing-timer.ts';
import { TICK_US } from '../pacing-timer-state.ts';
import { ArrivalsAhead } from './arrivals-ahead.ts';
import type { Driver, DriverContext, LoadDriver } from './driver.ts';

/** Overdue arrivals are sent in batches of at most this time, between which responses are read. */
const BATCH_US = 2_000;

/**
 * The open model opens few connections in one turn of the event loop, between which responses are read. Opening a connection costs ten
 * times as much as using it again: without a limit, all arrivals of a short stall would open one each, which makes the stall longer, and
 * so on. After a turn in which responses freed connections the engine itself is late, and one of these soon serves the waiting arrivals.
 */
export const OPENS = { opensPerTurn: 4, opensAfterFreed: 2 };

type OpenContext = Pick<DriverContext, 'choose' | 'slots' | 'recorder' | 'timing' | 'upcoming'> & {
  pacingTimer?: Pick<PacingTimer, 'onTick' | 'wasLate' | 'sent' | 'stop'> | undefined;
};

export const openLoadDriver: LoadDriver<OpenPlan> = {
  asksForRate: true,
  slotLimits: ({ maxInFlight }) => ({ limit: maxInFlight, ...OPENS }),
  pacingTimer: (plan) => new PacingTimer(plan),
  ahead: (_, countIteration) => ({ countIteration, upcoming: new ArrivalsAhead() }),
  driver: openDriver,
};

/**
 * The open workload model: every arrival is sent when it is due, whatever the responses do. After a stall all overdue arrivals are sent
 * at once, each with the time at which it was due, so that its response time contains the wait (no coordinated omission).
 */
export function openDriver(
  plan: Pick<OpenPlan, 'schedule' | 'stripe' | 'lengthUs'> & { fromUs?: number },
  { choose, slots, recorder, timing, pacingTimer, upcoming }: OpenContext,
): Driver {
  const { fromUs = Number.NEGATIVE_INFINITY } = plan;
  const arrivals = new Arrivals(plan.schedule, plan.stripe);
  upcoming?.follow?.(plan.schedule, plan.stripe);
  const endUs = plan.lengthUs;
  let whenOver = () => {};
  let cancelTimer = () => {};
  let cancelEnd = () => {};
  let stopped = false;
  let sending = false;
  let behind = false;
  /** How many arrivals were sent, or left out. */
  let sent = 0;
  for (; arrivals.dueUs < fromUs; arrivals.advance()) sent++;
  let lastSentUs = Number.NEGATIVE_INFINITY;

  function sendDue(): void {
    if (stopped || sending) return;
    sending = true;
    const begunUs = timing.now();
    lastSentUs = begunUs;
    for (let nowUs = begunUs; arrivals.dueUs <= nowUs && nowUs - begunUs < BATCH_US; nowUs = timing.now()) {
      recorder.paced(nowUs - arrivals.dueUs);
      sent++;
      slots.launch(choose(arrivals.number), arrivals.number, arrivals.dueUs, nowUs);
      arrivals.advance();
    }
    sending = false;
    pacingTimer?.sent(sent);
    slots.paced(lastSentUs, arrivals.dueUs);
  }

  /** A response wakes the event loop anyway: arrivals that are due by then go out with it, at least a tick after the last ones. */
  function sendWithResponse(nowUs: number): void {
    if (arrivals.dueUs <= nowUs && nowUs - lastSentUs >= TICK_US) sendDue();
  }

  function tick(): void {
    sendDue();
    if (stopped || behind) return;
    const nowUs = timing.now();
    const allSent = arrivals.dueUs === Number.POSITIVE_INFINITY;
    if (arrivals.dueUs <= nowUs) {
      behind = true;
      timing.soon(catchUp);
    } else if (allSent && nowUs >= endUs) {
      whenOver();
    } else if (pacingTimer === undefined && !allSent) {
      cancelTimer();
      cancelTimer = timing.at(arrivals.dueUs, tick);
    }
  }

  /** Spins for the rest of a lead, until the arrival that the timer woke the engine for is due. */
  function tickWithLead(leadUs: number): void {
    if (leadUs > 0) {
      const lateUs = timing.now() - arrivals.dueUs;
      // The next arrival is far off when this one went out with a response.
      if (lateUs > -leadUs) pacingTimer?.wasLate(lateUs);
      sendDue();
      const { dueUs } = arrivals;
      if (dueUs - timing.now() < leadUs) while (timing.now() < dueUs);
    }
    tick();
  }

  function catchUp(): void {
    behind = false;
    tick();
  }

  return {
    begin(over) {
      whenOver = over;
      slots.onSettled = sendWithResponse;
      pacingTimer?.onTick(tickWithLead);
      cancelEnd = timing.at(endUs, tick);
      tick();
    },
    stop() {
      stopped = true;
      pacingTimer?.stop();
      slots.paced(timing.now(), Number.POSITIVE_INFINITY);
      cancelTimer();
      cancelEnd();
    },
  };
}
