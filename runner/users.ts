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
  const thinking = new Set<() => void>();
  let begun = 0;
  let stopped = false;

  function next(intended: number): void {
    const arrival = plan.stripe.index + plan.stripe.count * begun++;
    flights.launch(choose(arrival), arrival, intended);
  }

  function mayGoOn(at: number): boolean {
    return !stopped && begun < plan.iterations && at < plan.duration;
  }

  function think(ready: number, over: () => void): void {
    const cancel = timing.at(ready, () => {
      thinking.delete(cancel);
      if (mayGoOn(timing.now())) next(ready);
      else endWhenIdle(over);
    });
    thinking.add(cancel);
  }

  function settled(over: () => void): void {
    const now = timing.now();
    const ready = now + plan.thinkTime;
    if (!mayGoOn(ready)) endWhenIdle(over);
    else if (plan.thinkTime === 0) next(now);
    else think(ready, over);
  }

  function endWhenIdle(over: () => void): void {
    if (flights.inFlight === 0 && thinking.size === 0 && !stopped) over();
  }

  return {
    begin(over) {
      const users = Math.min(plan.users, plan.iterations);
      if (users === 0) {
        over();
        return;
      }
      flights.onSettled = () => settled(over);
      for (let user = 0; user < users; user++) next(0);
    },
    stop() {
      stopped = true;
      for (const cancel of thinking) cancel();
    },
  };
}
