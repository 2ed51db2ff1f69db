/** A connection whose response is complete, unless further bytes turn up. */
export type TrailingBytesConnection = {
  /** Whether the whole request is known to have been written to the network. */
  readonly requestSent: boolean;
  /** No bytes followed the response. */
  noTrailingBytes(): void;
};

/**
 * Holds complete responses until no bytes can follow them in what the kernel has already received. Node may deliver that in several reads:
 * one per TLS record, or one per full buffer. These reads come directly after each other. So a response has no trailing bytes once another
 * connection is read, or at the latest when the turn of the event loop ends. Only then is the next request written to its connection. A
 * legitimate response to it cannot be mistaken for trailing bytes, although a loop with many sockets polls more than once in a turn.
 *
 * Over TLS, Node reports only at the end of the turn that a request was written. A response whose request is not yet reported as written
 * waits until then.
 */
export class TrailingBytes {
  readonly #soon: (callback: () => void) => void;
  readonly #waiting: TrailingBytesConnection[] = [];
  #scheduled = false;

  constructor(soon: (callback: () => void) => void = setImmediate) {
    this.#soon = soon;
  }

  add(connection: TrailingBytesConnection): void {
    this.#waiting.push(connection);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#soon(this.#onTurnEnd);
  }

  /** A connection is read, so the reads of the connection before it are over. */
  readFrom(connection: TrailingBytesConnection): void {
    if (this.#waiting.length === 0) return;
    const last = this.#waiting.at(-1)!;
    if (last === connection || !last.requestSent) return;
    this.#waiting.pop();
    last.noTrailingBytes();
  }

  readonly #onTurnEnd = () => {
    this.#scheduled = false;
    for (const connection of this.#waiting.splice(0)) connection.noTrailingBytes();
  };
}
