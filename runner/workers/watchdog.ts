/** A timer as Node has it, or a test. */
export type Timers = { now: () => number; after: (ms: number, callback: () => void) => () => void };

const PROCESS: Timers = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** A timer that comes so late says that this thread, too, did not run: the process was stopped, or had no CPU. */
const LATE_MS = 500;

/**
 * Calls back when something that was to be heard within a time has not been. Where the listener itself was not running meanwhile, nothing
 * follows from that, and it listens for as long again.
 */
export class Watchdog {
  readonly #onSilent: () => void;
  readonly #timers: Timers;
  #cancel = () => {};

  constructor(onSilent: () => void, timers: Timers = PROCESS) {
    this.#onSilent = onSilent;
    this.#timers = timers;
  }

  /** Something is to be heard within `ms` from now. */
  expect(ms: number): void {
    this.end();
    const due = this.#timers.now() + ms;
    this.#cancel = this.#timers.after(ms, () => {
      if (this.#timers.now() - due > LATE_MS) this.expect(ms);
      else this.#onSilent();
    });
  }

  /** Nothing more is to be heard. */
  end(): void {
    this.#cancel();
    this.#cancel = () => {};
  }
}
