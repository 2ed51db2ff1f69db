import { partOf, type Stripe, shareOf } from './stripe.ts';

/** The position of an engine: its runner among the runners, and its worker thread among those of the runner, which may differ in number. */
export type EnginePosition = { runner: Stripe; worker: Stripe };

/** The position of the only engine. */
export const WHOLE: EnginePosition = { runner: { index: 0, count: 1 }, worker: { index: 0, count: 1 } };

/** The engine's stripe of the whole test. */
export function stripeAt({ runner, worker }: EnginePosition): Stripe {
  return partOf(runner, worker);
}

/** The engine's share of `total`. */
export function shareAt(total: number, { runner, worker }: EnginePosition): number {
  return shareOf(shareOf(total, runner), worker);
}
