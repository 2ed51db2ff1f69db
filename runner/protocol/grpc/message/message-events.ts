import { type EventLimits, StreamEvents } from '../../../response/stream-events.ts';
import type { MessageReader } from './message-reader.ts';

/** The messages of a stream as its events, counted as far as a reader, which has read each chunk before, has them complete. */
export class MessageEvents extends StreamEvents {
  protected readonly noun = 'message';
  readonly #reader: MessageReader;

  constructor(limits: EventLimits, reader: MessageReader) {
    super(limits);
    this.#reader = reader;
  }

  take(): number {
    const before = this.received;
    this.received = this.#reader.complete;
    return this.received - before;
  }
}
