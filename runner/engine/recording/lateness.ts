import type { EndedTimes } from '../delay/request-times.ts';
import type { RequestRecorder } from './request-recorder.ts';
import { type LoadEnd, usualUs } from './usual-time.ts';

/**
 * Decides which of the requests that end after the load, or after the trial under way, are late, and which of them the generator kept from ending
 * in time. `request` is the index of a request in the spec.
 */
export class Lateness {
  readonly #requests: readonly RequestRecorder[];
  #end: LoadEnd;
  /** By request, the time that a response after the end may have taken; undefined before the end. */
  #usualUs: readonly number[] | undefined;

  constructor(end: LoadEnd, requests: readonly RequestRecorder[]) {
    this.#end = end;
    this.#requests = requests;
  }

  /** A trial begins, whose arrivals are due until `endUs`. */
  trialBegins(endUs: number): void {
    this.trialEnds(endUs);
    this.#usualUs = undefined;
  }

  /** The arrivals of the trial under way end at `endUs`. */
  trialEnds(endUs: number): void {
    this.#end = { ...this.#end, atUs: endUs };
  }

  /** The load or its trial sends nothing more, so that what is usual is known. */
  allSent(): void {
    this.#usualUs ??= this.#requests.map((request) => usualUs(request));
  }

  isAfterEnd({ endedUs }: EndedTimes): boolean {
    return endedUs >= this.#end.atUs;
  }

  /** Whether a request that has ended after the load came too late to count for its rate. */
  isLate(request: number, { endedUs, intendedUs }: EndedTimes): boolean {
    return endedUs > intendedUs + this.#allowedUs(request);
  }

  /** Whether a late request would have ended in time without the generator's own part. */
  isLateByGenerator(request: number, { endedUs, intendedUs, ownUs }: EndedTimes): boolean {
    const withoutUs = endedUs - ownUs;
    return withoutUs < this.#end.atUs || withoutUs <= intendedUs + this.#allowedUs(request);
  }

  /**
   * Whether a request that was cut off may have ended in time without the generator's own part: that part lies within the load, and without it the
   * request had waited for no longer than is usual, or than the part itself. It may not where it waited for a target that hangs.
   */
  isCutOffByGenerator(request: number, times: EndedTimes): boolean {
    const { endedUs, intendedUs, ownUs } = times;
    const mayHaveEnded = endedUs - ownUs - intendedUs <= Math.max(this.#usualUs![request]!, ownUs);
    return mayHaveEnded && this.isLateByGenerator(request, times);
  }

  /** For how long after its arrival a request may end, beyond the load, and still count for the rate. */
  #allowedUs(request: number): number {
    return this.#end.allowsUsual ? this.#usualUs![request]! : Number.NEGATIVE_INFINITY;
  }
}
