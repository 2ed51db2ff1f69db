import type { Clock } from './clock.ts';
import type { Deadlines } from './deadlines.ts';

/**
 * Expires deadlines in time, with one timer. Before that the event loop polls once more: after a stop of the process, timers fire before the
 * loop reads responses that came in time.
 */
export class DeadlineWatch {
  readonly #deadlines: Deadlines;
  readonly #timing: Clock;
  #cancelTimer = () => {};
  /** Whether the timer is set to a deadline, or deadlines are about to expire. */
  #watching = false;
  #polling = false;

  constructor(deadlines: Deadlines, timing: Clock) {
    this.#deadlines = deadlines;
    this.#timing = timing;
  }

  /** Watches the deadlines, of which there is at least one. */
  start(): void {
    if (!this.#watching) this.#setTimer();
  }

  /** Expires what is due at `nowUs`: handling all responses of one turn of the event loop can take longer than a timeout may be late. */
  check(nowUs: number): void {
    if (this.#deadlines.nextUs <= nowUs && !this.#polling) this.#expireAfterPoll(nowUs);
  }

  close(): void {
    this.#cancelTimer();
  }

  #setTimer(): void {
    const { nextUs } = this.#deadlines;
    this.#cancelTimer();
    this.#watching = nextUs !== Number.POSITIVE_INFINITY;
    // The timer may fire early because timers count whole milliseconds; then it is set again.
    this.#cancelTimer = this.#timing.at(nextUs, () => {
      this.check(this.#timing.now());
      if (!this.#polling) this.#setTimer();
    });
  }

  /** The first callback ends the current turn, whose poll may be over. */
  #expireAfterPoll(dueUs: number): void {
    this.#polling = true;
    const expire = () => {
      this.#polling = false;
      this.#deadlines.sweep(dueUs, this.#timing.now());
      this.#setTimer();
    };
    this.#timing.soon(() => this.#timing.soon(expire));
  }
}
