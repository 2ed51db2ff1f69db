/** So many cancelled streams are remembered; what servers send on older ones is ignored unseen. */
const MOST_REMEMBERED = 1000;

/**
 * The streams of a connection that are over. A server may go on with a stream that this client has cancelled, until it learns of that; on
 * any other one, it violates the protocol (RFC 9113, 5.1).
 */
export class ClosedStreams {
  /** In the order in which they were cancelled. */
  readonly #cancelled = new Set<number>();
  /** Whatever comes on streams up to this one is ignored. */
  #forgotten = 0;

  /** This client cancels a stream that the server has not ended. */
  cancelled(id: number): void {
    this.#cancelled.add(id);
    if (this.#cancelled.size <= MOST_REMEMBERED) return;
    const [oldest = 0] = this.#cancelled;
    this.#cancelled.delete(oldest);
    this.#forgotten = Math.max(this.#forgotten, oldest);
  }

  /** The server ends a stream that was cancelled before. */
  ended(id: number): void {
    this.#cancelled.delete(id);
  }

  /** Whether the server may still send a response on a stream that is over. */
  mayContinue(id: number): boolean {
    return id <= this.#forgotten || this.#cancelled.has(id);
  }
}
