import type { Schedule } from '../../../model/load/schedule.ts';
import type { Stripe } from '../../../model/load/stripe.ts';

/** The arrivals that an engine has yet to send, in their order: what is known of them ahead. */
export interface Upcoming {
  /** The numbers of at most `most` further arrivals, due until `untilUs` as far as that is known. */
  take(most: number, untilUs: number): number[];
  /** The next arrivals are those of `stripe` of a schedule. */
  follow?(schedule: Schedule, stripe: Stripe): void;
  /** Arrival number `arrival` is due now. Whether it has not been taken before; then the next one to take follows it. */
  passes(arrival: number): boolean;
}

/** How an engine counts its iterations when their numbers are known ahead. */
export type Ahead = { countIteration: () => number; upcoming: Upcoming };
