import type { ByteTally } from '../transport/byte-tally.ts';
import { type Failure, TransportError } from '../transport/error-kind.ts';
import type { Connection, ConnectionEvents, Transport } from '../transport/transport.ts';
import type { PreparedRequest } from './prepared-request.ts';

/** A transport that fails requests that could not be made, instead of sending them. */
export function failingTransport(transport: Transport): Transport {
  return { ...transport, open: (...args) => new FailingConnection(transport, ...args) };
}

class FailingConnection implements Connection {
  readonly #events: ConnectionEvents;
  readonly #connection: Connection;
  #failing: NodeJS.Immediate | undefined;

  constructor(transport: Transport, events: ConnectionEvents, keepsConnection?: boolean) {
    this.#events = events;
    this.#connection = transport.open(events, keepsConnection);
  }

  set bytes(tally: ByteTally) {
    this.#connection.bytes = tally;
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  send(request: PreparedRequest): void {
    if (request.failure === undefined) this.#connection.send(request);
    else this.#fail(request.failure);
  }

  /** In a later turn of the event loop, because a user whose requests all fail at once would otherwise block it forever. */
  #fail({ kind, example }: Failure): void {
    this.#failing = setImmediate(() => {
      this.#failing = undefined;
      this.#events.failed(new TransportError(kind, example));
    });
  }

  cancel(): void {
    if (this.#failing === undefined) {
      this.#connection.cancel();
      return;
    }
    clearImmediate(this.#failing);
    this.#failing = undefined;
  }

  close(): void {
    this.#connection.close();
  }
}
