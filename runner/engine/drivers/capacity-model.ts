import type { TrialState } from '../../../api/protocol/trial.ts';
import { numberAfter } from '../../../model/load/arrivals.ts';
import { type CapacityPlan, scheduleOfTrial } from '../../../model/load/capacity-load.ts';
import { laterPart, type Schedule } from '../../../model/load/schedule.ts';
import { PacingTimer } from '../pacing-timer.ts';
import { ArrivalsAhead } from './arrivals-ahead.ts';
import type { Driver, DriverContext, LoadDriver, Trial, TrialProgress } from './driver.ts';
import { OPENS, openDriver } from './open-model.ts';

/** After the arrivals of a trial nothing is sent for so long at least, so that the target may recover. */
const LEAST_SETTLE_US = 1e6;
/** What is in flight for longer is cut off, so that it does not become a part of the next trial. */
const MOST_SETTLE_US = 30e6;

type Plan = CapacityPlan & { gracefulStopUs: number };

export const capacityLoadDriver: LoadDriver<Plan> = {
  asksForRate: true,
  slotLimits: ({ maxInFlight }) => ({ limit: maxInFlight, ...OPENS }),
  pacingTimer: ({ stripe }) => new PacingTimer({ stripe }),
  ahead: (_, countIteration) => ({ countIteration, upcoming: new ArrivalsAhead() }),
  driver: capacityDriver,
};

/** The arrivals of a trial under way. */
type Sending = { schedule: Schedule; driver: Driver };

/**
 * Carries out the trials of a search, each as an open load at one rate. Its arrivals are due from its own start: it never catches up on an
 * earlier trial, and no request of one is in flight when the next one begins. An engine that learns of a trial late leaves out what was due by
 * then: made later than by the other engines, it would be another load. Arrivals have numbers over all trials. The load ends when it is stopped.
 */
function capacityDriver({ load, stripe, gracefulStopUs }: Plan, context: DriverContext): Driver {
  const { recorder, timing, pacingTimer, settle, onTrial } = context;
  const mostUs = Math.min(MOST_SETTLE_US, gracefulStopUs);
  const trialTimer = pacingTimer && {
    onTick: (tick: (leadUs: number) => void) => pacingTimer.onTick(tick),
    wasLate: (lateUs: number) => pacingTimer.wasLate(lateUs),
    sent: (count: number) => pacingTimer.sent(count),
    stop: () => pacingTimer.pace(null),
  };
  let newest: TrialProgress | undefined;
  let sending: Sending | undefined;
  let firstArrival = 0;
  let cancelSettle = () => {};

  function begin(trial: Trial): void {
    if (newest !== undefined && (trial.number <= newest.number || newest.state !== 'Done')) return;
    const { number, startUs } = trial;
    const fromUs = timing.now();
    const schedule = laterPart(scheduleOfTrial(load, trial), startUs, firstArrival);
    const endUs = schedule.durationUs;
    const plan = { schedule, stripe, fromUs, lengthUs: endUs };
    const driver = openDriver(plan, { ...context, pacingTimer: trialTimer });
    newest = { number, state: 'Pending', startUs, lateUs: Math.max(0, fromUs - startUs), endUs };
    sending = { schedule, driver };
    recorder.trialBegins(endUs);
    pacingTimer?.pace(schedule);
    driver.begin(() => endArrivals(endUs));
    onTrial();
  }

  function endArrivals(endUs: number): void {
    if (sending === undefined) return;
    const { schedule } = sending;
    stopArrivals(endUs);
    recorder.trialEnds(endUs);
    recorder.allSent();
    cancelSettle = settle({ leastUs: LEAST_SETTLE_US, mostUs }, () => {
      become('Done');
      firstArrival = numberAfter(schedule);
    });
    become('Settling');
  }

  function stopArrivals(endUs: number): void {
    sending?.driver.stop();
    sending = undefined;
    newest = { ...newest!, endUs };
  }

  function become(state: TrialState): void {
    newest = { ...newest!, state };
    onTrial();
  }

  return {
    begin() {},
    stop() {
      if (sending !== undefined) stopArrivals(timing.now());
      cancelSettle();
      pacingTimer?.stop();
      if (newest !== undefined) newest = { ...newest, state: 'Done' };
    },
    trials: {
      begin,
      end: (number) => {
        if (newest?.number === number) endArrivals(timing.now());
      },
      get newest(): TrialProgress | undefined {
        const isRunning = newest?.state === 'Pending' && timing.now() >= newest.startUs;
        return isRunning ? { ...newest!, state: 'Running' } : newest;
      },
    },
  };
}
