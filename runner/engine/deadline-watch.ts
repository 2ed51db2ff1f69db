import type { Clock } from './clock.ts';
import { Deadlines, type Expiring } from './deadlines.ts';

/**
 * Deadlines that expire in time, with one timer for all. Before that the event loop polls once more: after a stop of the process, timers fire before the
 * loop reads responses that came in time.
 */
export class DeadlineWatch {
  readonly #deadlines = new Deadlines();
  readonly #timing: Clock;
  #cancelTimer = () => {};
  /** Whether the timer is set to a deadline, or deadlines are about to expire. */
  #watching = false;
  #polling = false;

  constructor(timing: Clock) {
    this.#timing = timing;
  }

  /** Sets the deadline of `entry` to `timeUs`, which must be the latest of all; replaces an earlier one. */
  add(entry: Expiring, timeUs: number): void {
    this.#deadlines.add(entry, timeUs);
    if (!this.#watching) this.#setTimer();
  }

  remove(entry: Expiring): void {
    this.#deadlines.remove(entry);
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
