import type { Mismatch } from './mismatch.ts';

/** When a stream of events is complete: after so many events, or after so many microseconds; Infinity: neither. */
export type EventLimits = { count: number; forUs: number };

/** The events of a response, and whether it is complete although its server would go on. What an event is depends on the protocol. */
export abstract class StreamEvents {
  readonly limits: EventLimits;
  received = 0;
  /** The time of the last event; undefined before the first. */
  lastUs: number | undefined;
  /** "event", in the words of the protocol. */
  protected abstract readonly noun: string;
  #isTimeUp = false;

  constructor(limits: EventLimits) {
    this.limits = limits;
  }

  /** Returns how many events the chunk completes, up to the limit. */
  abstract take(chunk: Buffer): number;

  /** Whether no further event is wanted. */
  get isComplete(): boolean {
    return this.received >= this.limits.count || this.#isTimeUp;
  }

  /** The time of the stream is up. */
  timeIsUp(): void {
    this.#isTimeUp = true;
  }

  /** Why the ended response is not the stream that the limits ask for; undefined when it is. */
  get mismatch(): Mismatch | undefined {
    const { received, noun } = this;
    const { count } = this.limits;
    const had = `${received} ${received === 1 ? noun : `${noun}s`}`;
    if (count !== Number.POSITIVE_INFINITY) return received >= count ? undefined : `${had} instead of ${count}`;
    return this.#isTimeUp ? undefined : `the stream ended by itself after ${had}`;
  }
}
