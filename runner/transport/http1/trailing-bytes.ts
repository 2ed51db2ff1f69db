/** A connection whose response is complete unless more of it comes. */
export type TrailingBytesConnection = {
  /** Whether all of the request is known to have gone out. */
  readonly sent: boolean;
  /** The response is over. */
  over(): void;
};

/**
 * Responses that have come to their end, and are over when it is known that nothing stands behind them. What the kernel had of a connection
 * may come to us in pieces: every record of TLS is one, and so is a read that fills its buffer. They come one directly after the other, so
 * that the next request is written behind the last of them: when another connection is read, or else when the turn of the event loop is
 * over. In the same turn a legitimate answer could come, as a loop that has many sockets to read polls more than once.
 *
 * TLS says only at the end of the turn that a request has gone out, if it did; one that has not is waited for so long.
 */
export class TrailingBytes {
  readonly #soon: (callback: () => void) => void;
  readonly #waiting: TrailingBytesConnection[] = [];
  #watching = false;

  constructor(soon: (callback: () => void) => void = setImmediate) {
    this.#soon = soon;
  }

  add(ending: TrailingBytesConnection): void {
    this.#waiting.push(ending);
    if (this.#watching) return;
    this.#watching = true;
    this.#soon(this.#turnOver);
  }

  /** A connection is read: that of the response before it has brought all that was there. */
  readFrom(connection: TrailingBytesConnection): void {
    if (this.#waiting.length === 0) return;
    const last = this.#waiting.at(-1)!;
    if (last === connection || !last.sent) return;
    this.#waiting.pop();
    last.over();
  }

  readonly #turnOver = () => {
    this.#watching = false;
    for (const ending of this.#waiting.splice(0)) ending.over();
  };
}
