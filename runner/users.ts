import type { ClosedPlan } from '../model/plan.ts';
import type { Flights } from './flights.ts';
import type { Driver } from './pacer.ts';
import type { Timing } from './timing.ts';

/**
 * The closed workload model: every user sends, waits for the end of its request, thinks, and sends again. A user's request is
 * intended for the moment at which the user is ready, so response time and service time differ only by what the generator adds.
 */
export function closedDriver(options: {
  plan: ClosedPlan;
  choose: (arrival: number) => number;
  flights: Flights;
  timing: Timing;
}): Driver {
  const { plan, choose, flights, timing } = options;
  /** What takes back the calls that are to come: of users who think, and of the end. */
  const waiting = new Set<() => void>();
  let begun = 0;
  let stopped = false;

  function next(intended: number, now: number, over: () => void): void {
    const arrival = plan.stripe.index + plan.stripe.count * begun++;
    flights.launch(choose(arrival), arrival, intended, now);
    if (begun >= plan.iterations) over();
  }

  function mayGoOn(at: number): boolean {
    return !stopped && begun < plan.iterations && at < plan.duration;
  }

  /** Sends at `ready`, unless the load is over by then. */
  function think(ready: number, over: () => void): void {
    const cancel = timing.at(ready, () => {
      waiting.delete(cancel);
      const now = timing.now();
      if (mayGoOn(now)) next(ready, now, over);
    });
    waiting.add(cancel);
  }

  function settled(now: number, over: () => void): void {
    const ready = now + plan.thinkTime;
    if (!mayGoOn(ready)) return;
    if (plan.thinkTime === 0) next(now, now, over);
    else think(ready, over);
  }

  return {
    begin(over) {
      if (plan.users === 0 || plan.iterations === 0) {
        over();
        return;
      }
      flights.onSettled = (now) => settled(now, over);
      waiting.add(timing.at(plan.duration, over));
      for (const ready of plan.begins.slice(0, plan.iterations)) {
        if (ready === 0) next(0, timing.now(), over);
        else think(ready, over);
      }
    },
    stop() {
      stopped = true;
      for (const cancel of waiting) cancel();
    },
  };
}
