import type { PreparedRequest } from '../request/prepared-request.ts';
import { type Failure, TransportError } from '../transport/error-kind.ts';
import type { Lane, LaneEvents, Transport } from '../transport/transport.ts';

/** A transport that also takes requests which could not be made: those fail instead of being sent. */
export function scriptTransport(transport: Transport): Transport {
  return { ...transport, open: (events) => new ScriptLane(transport, events) };
}

class ScriptLane implements Lane {
  readonly #events: LaneEvents;
  readonly #lane: Lane;
  #failing: NodeJS.Immediate | undefined;

  constructor(transport: Transport, events: LaneEvents) {
    this.#events = events;
    this.#lane = transport.open(events);
  }

  get connected(): boolean {
    return this.#lane.connected;
  }

  send(request: PreparedRequest): void {
    if (request.failure === undefined) this.#lane.send(request);
    else this.#fail(request.failure);
  }

  /** In a later turn: a user whose requests all fail at once would otherwise never let go of the event loop. */
  #fail({ kind, example }: Failure): void {
    this.#failing = setImmediate(() => {
      this.#failing = undefined;
      this.#events.failed(new TransportError(kind, example));
    });
  }

  cancel(): void {
    if (this.#failing === undefined) {
      this.#lane.cancel();
      return;
    }
    clearImmediate(this.#failing);
    this.#failing = undefined;
  }

  close(): void {
    this.#lane.close();
  }
}
