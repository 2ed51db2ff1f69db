import type { ClosedPlan } from '../../model/load/load-plan.ts';
import type { Clock } from './clock.ts';
import type { Driver } from './open-model.ts';
import { Queue } from './queue.ts';
import type { SlotPool } from './slot-pool.ts';

/**
 * The closed workload model: every user sends, waits for the end of its request, thinks, and sends again. A user's request is
 * intended for the moment at which the user is ready, so response time and service time differ only by what the generator adds.
 */
export function closedDriver(options: {
  plan: ClosedPlan;
  choose: (arrival: number) => number;
  slots: SlotPool;
  timing: Clock;
}): Driver {
  const { plan, choose, slots, timing } = options;
  const beginners = new Queue<number>();
  /** When users who think will be ready: all think for the same time, so that they are ready in the order in which they began to. */
  const thinkers = new Queue<number>();
  let whenOver = () => {};
  let cancelEnd = () => {};
  let cancelTimer = () => {};
  /** The time that the timer is set to; -Infinity while it is being set. */
  let alarm = Number.POSITIVE_INFINITY;
  let begun = 0;
  let stopped = false;

  function next(intended: number): void {
    const arrival = plan.stripe.index + plan.stripe.count * begun++;
    slots.launch(choose(arrival), arrival, intended);
    if (begun >= plan.iterations) whenOver();
  }

  function mayGoOn(at: number): boolean {
    return !stopped && begun < plan.iterations && at < plan.duration;
  }

  function settled(now: number): void {
    const ready = now + plan.thinkTime;
    if (!mayGoOn(ready)) return;
    if (plan.thinkTime === 0) next(now);
    else {
      thinkers.push(ready);
      if (ready < alarm) setAlarm();
    }
  }

  /** Sends for the users who have become ready, unless the load is over, and goes on with the next one. */
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
      cancelEnd = timing.at(plan.duration, over);
      for (const ready of plan.begins.slice(0, plan.iterations)) beginners.push(ready);
      sendReady();
    },
    stop() {
      stopped = true;
      cancelEnd();
      cancelTimer();
    },
  };
}
