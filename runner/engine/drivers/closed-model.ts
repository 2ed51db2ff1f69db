import type { ClosedPlan } from '../../../model/load/closed-load.ts';
import { numberAt } from '../../../model/load/stripe.ts';
import { Queue } from '../queue.ts';
import type { Driver, DriverContext, LoadDriver } from './driver.ts';
import type { Ahead } from './upcoming.ts';

export const closedLoadDriver: LoadDriver<ClosedPlan> = {
  asksForRate: false,
  // There are no more connections than users.
  slotLimits: ({ users }) => ({
    limit: users,
    opensPerTurn: Number.POSITIVE_INFINITY,
    opensAfterFreed: Number.POSITIVE_INFINITY,
  }),
  pacingTimer: () => undefined,
  ahead,
  driver: closedDriver,
};

/** Takes the next numbers from the counter before users are ready for them, never more than the engine has iterations. */
function ahead({ series, iterations }: ClosedPlan, countIteration: () => number): Ahead {
  const taken = new Queue<number>();
  let counted = 0;
  let last = -1;
  const count = () => {
    counted++;
    return countIteration();
  };
  return {
    countIteration: () => taken.shift() ?? count(),
    upcoming: {
      take(most) {
        const numbers: number[] = [];
        while (numbers.length < most && counted < iterations) {
          const place = count();
          taken.push(place);
          last = numberAt(series, place);
          numbers.push(last);
        }
        return numbers;
      },
      passes: (arrival) => arrival > last,
    },
  };
}

/**
 * The closed workload model: every user sends, waits for the end of its request, thinks, and sends again. A user's request is
 * intended for the moment at which the user is ready, so response time and service time differ only by the generator's own delay.
 */
function closedDriver(plan: ClosedPlan, { choose, countIteration, slots, timing }: DriverContext): Driver {
  /** The times at which users begin, in order. */
  const beginTimesUs = new Queue<number>();
  /** The times at which think times end. All users think for the same time, so these are in order. */
  const readyTimesUs = new Queue<number>();
  let whenOver = () => {};
  let cancelEnd = () => {};
  let cancelTimer = () => {};
  /** When the timer fires; -Infinity while it is being set. */
  let alarmUs = Number.POSITIVE_INFINITY;
  let started = 0;
  let stopped = false;

  function send(intendedUs: number, nowUs: number): void {
    const arrival = numberAt(plan.series, countIteration());
    started++;
    slots.launch(choose(arrival), arrival, intendedUs, nowUs);
    if (started >= plan.iterations) whenOver();
  }

  function maySend(atUs: number): boolean {
    return !stopped && started < plan.iterations && atUs < plan.lengthUs;
  }

  function settled(nowUs: number): void {
    const readyUs = nowUs + plan.thinkTimeUs;
    if (!maySend(readyUs)) return;
    if (plan.thinkTimeUs === 0) send(nowUs, nowUs);
    else {
      readyTimesUs.push(readyUs);
      if (readyUs < alarmUs) setAlarm();
    }
  }

  /** Sends for the users who are ready, unless the load is over, and sets the timer for the next one. */
  function sendReady(): void {
    alarmUs = Number.NEGATIVE_INFINITY;
    for (const timesUs of [beginTimesUs, readyTimesUs]) {
      for (let nowUs = timing.now(); (timesUs.first ?? Number.POSITIVE_INFINITY) <= nowUs; nowUs = timing.now()) {
        const readyUs = timesUs.shift()!;
        if (maySend(nowUs)) send(readyUs, nowUs);
      }
    }
    setAlarm();
  }

  function setAlarm(): void {
    cancelTimer();
    if (stopped) return;
    alarmUs = Math.min(beginTimesUs.first ?? Number.POSITIVE_INFINITY, readyTimesUs.first ?? Number.POSITIVE_INFINITY);
    cancelTimer = timing.at(alarmUs, sendReady);
  }

  return {
    begin(over) {
      whenOver = over;
      if (plan.users === 0 || plan.iterations === 0) {
        over();
        return;
      }
      slots.onSettled = settled;
      cancelEnd = timing.at(plan.lengthUs, over);
      for (const beginUs of plan.beginsUs.slice(0, plan.iterations)) beginTimesUs.push(beginUs);
      sendReady();
    },
    stop() {
      stopped = true;
      cancelEnd();
      cancelTimer();
    },
  };
}
