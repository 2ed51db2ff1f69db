import type { ClosedPlan } from '../../../model/load/closed-load.ts';
import { Queue } from '../queue.ts';
import type { Driver, DriverContext, LoadDriver } from './driver.ts';

export const closedLoadDriver: LoadDriver<ClosedPlan> = {
  // There are no more connections than users.
  slotLimits: ({ users }) => ({
    limit: users,
    opensPerTurn: Number.POSITIVE_INFINITY,
    opensBesideFreed: Number.POSITIVE_INFINITY,
  }),
  pacingTimer: () => undefined,
  driver: closedDriver,
};

/**
 * The closed workload model: every user sends, waits for the end of its request, thinks, and sends again. A user's request is
 * intended for the moment at which the user is ready, so response time and service time differ only by what the generator adds.
 */
function closedDriver(plan: ClosedPlan, { choose, slots, timing }: DriverContext): Driver {
  const beginners = new Queue<number>();
  /** The times at which thinking users will be ready. All think for the same time, so these are in order. */
  const thinkers = new Queue<number>();
  let whenOver = () => {};
  let cancelEnd = () => {};
  let cancelTimer = () => {};
  /** When the timer fires; -Infinity while it is being set. */
  let alarm = Number.POSITIVE_INFINITY;
  let begun = 0;
  let stopped = false;

  function next(intended: number): void {
    const arrival = plan.stripe.index + plan.stripe.count * begun++;
    slots.launch(choose(arrival), arrival, intended);
    if (begun >= plan.iterations) whenOver();
  }

  function mayGoOn(at: number): boolean {
    return !stopped && begun < plan.iterations && at < plan.lengthUs;
  }

  function settled(now: number): void {
    const ready = now + plan.thinkTimeUs;
    if (!mayGoOn(ready)) return;
    if (plan.thinkTimeUs === 0) next(now);
    else {
      thinkers.push(ready);
      if (ready < alarm) setAlarm();
    }
  }

  /** Sends for the users who are ready, unless the load is over, and sets the timer for the next one. */
  function sendReady(): void {
    alarm = Number.NEGATIVE_INFINITY;
    for (const users of [beginners, thinkers]) {
      for (let now = timing.now(); (users.first ?? Number.POSITIVE_INFINITY) <= now; now = timing.now()) {
        const ready = users.shift()!;
        if (mayGoOn(now)) next(ready);
      }
    }
    setAlarm();
  }

  function setAlarm(): void {
    cancelTimer();
    if (stopped) return;
    alarm = Math.min(beginners.first ?? Number.POSITIVE_INFINITY, thinkers.first ?? Number.POSITIVE_INFINITY);
    cancelTimer = timing.at(alarm, sendReady);
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
      for (const ready of plan.beginsUs.slice(0, plan.iterations)) beginners.push(ready);
      sendReady();
    },
    stop() {
      stopped = true;
      cancelEnd();
      cancelTimer();
    },
  };
}
