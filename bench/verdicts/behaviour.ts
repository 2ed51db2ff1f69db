import { hash32 } from '../../model/common/random.ts';

/** How the target of the verdict benchmark behaves. Times are milliseconds; windows count from the start of the load. */
export type Behaviour = {
  name: string;
  /** The time that request number `n` takes. */
  delayMs: (n: number) => number;
  /** Responses that fall due in this window leave at its end. */
  frozen?: { from: number; to: number };
  /** From this time on, nothing is answered. */
  hangsFrom?: number;
  /** Whether the target closes the connection of request number `n` instead of an answer. */
  drops?: (n: number) => boolean;
};

/** A number from 0 to 1 for a request, the same in the target and in the truth. */
const share = (n: number): number => hash32(n) / 2 ** 32;

export const BEHAVIOURS: readonly Behaviour[] = [
  { name: 'fast', delayMs: () => 2 },
  { name: 'slow', delayMs: (n) => (share(n) < 0.03 ? 150 : 30 + 20 * share(n)) },
  { name: 'frozen', delayMs: () => 2, frozen: { from: 1100, to: 1300 } },
  { name: 'hanging', delayMs: () => 2, hangsFrom: 1500 },
  { name: 'dropping', delayMs: () => 2, drops: (n) => share(n) < 0.05 },
];

/** The time at which a request that arrives at `arrivalMs` is answered; Infinity: never. */
export function answeredAtMs({ delayMs, frozen, hangsFrom }: Behaviour, n: number, arrivalMs: number): number {
  if (hangsFrom !== undefined && arrivalMs >= hangsFrom) return Number.POSITIVE_INFINITY;
  const doneMs = arrivalMs + delayMs(n);
  return frozen !== undefined && doneMs >= frozen.from && doneMs < frozen.to ? frozen.to : doneMs;
}
