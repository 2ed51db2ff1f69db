import type { Burst } from './burst.ts';
import { ZERO } from './fraction.ts';
import type { ReadDelay } from './read-delay.ts';

export const UNWRITTEN = -1;
const NO_BYTE = -1;

/** The times of a request that has ended; see {@link RequestTimes}. */
export type EndedTimes = Pick<
  RequestTimes,
  'intendedUs' | 'writtenUs' | 'firstByteUs' | 'endedUs' | 'ownUs' | 'ownFirstByteUs' | 'ownServiceUs'
>;

/**
 * The times of one request, microseconds since the load began, and the generator's own part in them, as an upper bound; see
 * docs/design/0050-the-generators-own-part.md. Reused for the next request.
 */
export class RequestTimes {
  intendedUs = ZERO;
  /** {@link UNWRITTEN}: it was not written. */
  writtenUs = UNWRITTEN;
  /** The first byte of the response; of a request that has ended without one, its end. */
  firstByteUs = NO_BYTE;
  /** 0 before the first end. */
  endedUs = ZERO;
  /** The generator's own part before the write. */
  sendDelayUs = ZERO;
  /** The generator's own part after the write. */
  readDelayUs = ZERO;
  /** The time between the write and the moment at which the socket had the request. */
  #handOverUs = ZERO;
  /** The generator's own part between the write and the first byte. */
  #firstReadDelayUs = ZERO;
  /** For how long it may have queued in the target behind requests that were sent late. */
  #queueUs = ZERO;
  readonly #readDelay: ReadDelay;
  readonly #burst: Burst;
  #sentUs = ZERO;
  #lostUs = ZERO;

  constructor(readDelay: ReadDelay, burst: Burst) {
    this.#readDelay = readDelay;
    this.#burst = burst;
  }

  /** The generator's own part of the response time. */
  get ownUs(): number {
    return this.sendDelayUs + this.ownServiceUs;
  }

  /** The generator's own part of the time until the first byte. */
  get ownFirstByteUs(): number {
    return this.sendDelayUs + this.#handOverUs + this.#firstReadDelayUs + this.#queueUs;
  }

  /** The generator's own part of the service time. */
  get ownServiceUs(): number {
    return this.#handOverUs + this.readDelayUs + this.#queueUs;
  }

  /** A copy, for a request that is judged when these times are those of the next one. */
  copy(): EndedTimes {
    const { intendedUs, writtenUs, firstByteUs, endedUs, ownUs, ownFirstByteUs, ownServiceUs } = this;
    return { intendedUs, writtenUs, firstByteUs, endedUs, ownUs, ownFirstByteUs, ownServiceUs };
  }

  /** The request is handed to its connection, `sendDelayUs` later than intended by the generator's fault. */
  sent(intendedUs: number, sendDelayUs: number, nowUs: number): void {
    this.intendedUs = intendedUs;
    this.writtenUs = UNWRITTEN;
    this.firstByteUs = NO_BYTE;
    this.sendDelayUs = sendDelayUs;
    this.readDelayUs = 0;
    this.#handOverUs = 0;
    this.#queueUs = this.#burst.queueUs(nowUs);
    this.#sentUs = nowUs;
    this.#lostUs = this.#readDelay.lostUs;
  }

  /** The request is about to be written: at once, or later because the connection was not there. */
  written(nowUs: number, atOnce: boolean): void {
    this.writtenUs = nowUs;
    const waitedUs = nowUs - this.#sentUs;
    if (atOnce) {
      this.sendDelayUs += waitedUs;
      return;
    }
    // Connecting takes several steps, and the generator may be late in each.
    this.#readDelay.note(nowUs);
    const unobservedUs = nowUs - this.#readDelay.observedUs;
    this.sendDelayUs += Math.min(waitedUs, this.#readDelay.lostUs - this.#lostUs + unobservedUs);
    this.#lostUs = this.#readDelay.lostUs;
  }

  /** The socket has the request. In between the process may have been stopped, in the middle of the write. */
  handedOver(nowUs: number): void {
    this.#handOverUs = nowUs - this.writtenUs;
  }

  get hasFirstByte(): boolean {
    return this.firstByteUs !== NO_BYTE;
  }

  /** The first byte of the response was read now, after further steps if the request followed redirects. */
  firstByte(nowUs: number, followedRedirects: boolean): void {
    this.firstByteUs = nowUs;
    this.#firstReadDelayUs = this.#readDelayAt(nowUs, followedRedirects);
  }

  /** The response leads to another one, whose first byte counts. */
  redirected(): void {
    this.firstByteUs = NO_BYTE;
  }

  /** The request has ended with what was read now, after further steps if it followed redirects. */
  ended(nowUs: number, followedRedirects: boolean): void {
    this.endedUs = nowUs;
    this.readDelayUs = this.#readDelayAt(nowUs, followedRedirects);
    this.#endsFirstByte();
  }

  #readDelayAt(nowUs: number, followedRedirects: boolean): number {
    this.#readDelay.note(nowUs);
    return followedRedirects ? this.#readDelay.lostUs - this.#lostUs : this.#readDelay.boundUs(nowUs);
  }

  /** The first byte came with the last, or has not come until the end. */
  #endsFirstByte(): void {
    if (this.firstByteUs !== NO_BYTE) return;
    this.firstByteUs = this.endedUs;
    this.#firstReadDelayUs = this.readDelayUs;
  }

  /** The request ended at its deadline, which was noticed now. */
  expired(nowUs: number, deadlineUs: number): void {
    this.endedUs = nowUs;
    this.readDelayUs = nowUs - deadlineUs;
    this.#endsFirstByte();
  }
}
