import type { Mismatch } from './mismatch.ts';

/** When a stream of events is complete: after so many events, or so many microseconds after its head; Infinity: neither. */
export type EventLimits = { count: number; forUs: number };

const LF = 10;
const CR = 13;
const COLON = 58;
const DATA = Buffer.from('data');
const BOM = [0xef, 0xbb, 0xbf];

/** No field name that matters has begun, or it is another one. */
const OTHER = -1;

/**
 * Counts the events of a response as it arrives, by the format of server-sent events (HTML Standard, 9.2.6): an event is what ends with an empty
 * line and has data. Comments, which keep a connection open, are none. Keeps nothing of its input.
 */
export class EventStream {
  readonly limits: EventLimits;
  received = 0;
  /** The time of the last event; undefined before the first. */
  lastUs: number | undefined;
  /** The content coding of the body, which hides its events. */
  coding: string | undefined;
  #isTimeUp = false;
  /** How much of "data" the line has so far; {@link OTHER} when it is another field. */
  #matched = 0;
  #lineBytes = 0;
  #hasData = false;
  #afterCr = false;
  /** The bytes of the stream so far, up to the length of a byte order mark. */
  #bytes = 0;

  constructor(limits: EventLimits) {
    this.limits = limits;
  }

  /** Whether no further event is wanted. */
  get isComplete(): boolean {
    return this.received >= this.limits.count || this.#isTimeUp || this.coding !== undefined;
  }

  /** The time of the stream is up. */
  timeIsUp(): void {
    this.#isTimeUp = true;
  }

  /** Returns how many events the chunk completes, up to the limit. */
  take(chunk: Buffer): number {
    const before = this.received;
    for (const byte of chunk) {
      if (this.received >= this.limits.count) break;
      this.#takeByte(byte);
    }
    return this.received - before;
  }

  #takeByte(byte: number): void {
    if (this.#bytes < BOM.length && byte === BOM[this.#bytes++]) return;
    this.#bytes = BOM.length;
    const isSecondOfPair = byte === LF && this.#afterCr;
    this.#afterCr = byte === CR;
    if (isSecondOfPair) return;
    if (byte === LF || byte === CR) this.#endLine();
    else {
      this.#lineBytes++;
      this.#match(byte);
    }
  }

  /** A field is "data" when the colon or the end of the line follows its name. */
  #match(byte: number): void {
    if (this.#matched === OTHER) return;
    if (this.#matched === DATA.length) {
      if (byte === COLON) this.#hasData = true;
      this.#matched = OTHER;
    } else this.#matched = byte === DATA[this.#matched] ? this.#matched + 1 : OTHER;
  }

  #endLine(): void {
    if (this.#matched === DATA.length) this.#hasData = true;
    if (this.#lineBytes === 0) {
      if (this.#hasData) this.received++;
      this.#hasData = false;
    }
    this.#lineBytes = 0;
    this.#matched = 0;
  }

  /** Why the ended response is not the stream that the limits ask for; undefined when it is. */
  get mismatch(): Mismatch | undefined {
    const { coding, received } = this;
    const { count } = this.limits;
    if (coding !== undefined) return (shown) => `its content-encoding ${shown(coding)} hides the events`;
    const had = `${received} ${received === 1 ? 'event' : 'events'}`;
    if (count !== Number.POSITIVE_INFINITY) return received >= count ? undefined : `${had} instead of ${count}`;
    return this.#isTimeUp ? undefined : `the stream ended by itself after ${had}`;
  }
}
