import type { Mismatch } from './mismatch.ts';
import { StreamEvents } from './stream-events.ts';

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
export class EventStream extends StreamEvents {
  /** The content coding of the body, which hides its events. */
  coding: string | undefined;
  protected readonly noun = 'event';
  /** How much of "data" the line has so far; {@link OTHER} when it is another field. */
  #matched = 0;
  #lineBytes = 0;
  #hasData = false;
  #afterCr = false;
  /** The bytes of the stream so far, up to the length of a byte order mark. */
  #bytes = 0;

  override get isComplete(): boolean {
    return super.isComplete || this.coding !== undefined;
  }

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

  override get mismatch(): Mismatch | undefined {
    const { coding } = this;
    return coding === undefined ? super.mismatch : (shown) => `its content-encoding ${shown(coding)} hides the events`;
  }
}
