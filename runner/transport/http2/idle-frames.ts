/** So many frames in so short a time, while no request or response moves on, are an attack. */
const MOST_FRAMES = 10_000;
const WITHIN_MS = 10_000;

/**
 * Counts the frames that carry no request or response on: settings, pings, priorities, empty data, resets of streams that are over. Each costs
 * the server little, and this client time, or memory for a reply that the server does not read.
 */
export class IdleFrames {
  readonly #nowMs: () => number;
  #count = 0;
  #sinceMs = 0;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** A request or response moved on. */
  progress(): void {
    this.#count = 0;
  }

  /** A frame carried nothing on; false when there are too many. */
  add(): boolean {
    if (this.#count++ === 0) this.#sinceMs = this.#nowMs();
    if (this.#count <= MOST_FRAMES) return true;
    this.#count = 0;
    return this.#nowMs() - this.#sinceMs > WITHIN_MS;
  }
}
