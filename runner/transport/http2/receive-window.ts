/** The window of each stream: so large that few responses need a WINDOW_UPDATE. */
export const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
/** The window of a connection. */
export const CONNECTION_WINDOW_BYTES = 4 * STREAM_WINDOW_BYTES;

/**
 * The flow-control window that a server fills. What it sends is consumed at once, so that the window is opened again in bulk, and is never
 * less than half open.
 */
export class ReceiveWindow {
  readonly #bytes: number;
  #received = 0;

  /** `bytes`: its size. */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Opens it fully, for the next stream. */
  reset(): void {
    this.#received = 0;
  }

  /** Takes the bytes of a DATA frame. Returns by how much the window must be opened now; 0: not yet. */
  take(bytes: number): number {
    this.#received += bytes;
    if (this.#received < this.#bytes / 2) return 0;
    const opening = this.#received;
    this.#received = 0;
    return opening;
  }
}
