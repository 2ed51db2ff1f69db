import { Arrivals } from '../../../model/load/arrivals.ts';
import type { Schedule } from '../../../model/load/schedule.ts';
import type { Stripe } from '../../../model/load/stripe.ts';
import type { Upcoming } from './upcoming.ts';

/** The arrivals of a schedule, whose times are known ahead. */
export class ArrivalsAhead implements Upcoming {
  #arrivals: Arrivals | undefined;

  follow(schedule: Schedule, stripe: Stripe): void {
    this.#arrivals = new Arrivals(schedule, stripe);
  }

  take(most: number, untilUs: number): number[] {
    const numbers: number[] = [];
    const arrivals = this.#arrivals;
    if (arrivals === undefined) return numbers;
    for (; numbers.length < most && arrivals.dueUs <= untilUs; arrivals.advance()) numbers.push(arrivals.number);
    return numbers;
  }

  passes(arrival: number): boolean {
    const arrivals = this.#arrivals;
    if (arrivals === undefined) return true;
    if (arrival < arrivals.number) return false;
    while (arrivals.number <= arrival) arrivals.advance();
    return true;
  }
}
