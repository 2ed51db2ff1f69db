/** The time without a message after which a thread is terminated; normally it sends one each second. */
export type Patience = {
  /** A script or regular expression that blocks its thread for so long is considered endless. */
  progressMs: number;
  /** The additional time for the start of a thread, which may have a small share of a core. */
  beginningMs: number;
};
export const PATIENCE: Patience = { progressMs: 10_000, beginningMs: 20_000 };

/** The clock and timers of a watchdog; tests pass their own. */
export type Timers = { now: () => number; after: (ms: number, callback: () => void) => () => void };

const PROCESS: Timers = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** A timer that fires so late shows that this thread did not run either: the process was stopped, or had no CPU. */
const LATE_MS = 500;

/** Calls back when an expected message does not arrive in time. If its own thread did not run meanwhile, it waits for the same time again. */
export class Watchdog {
  readonly #onSilent: () => void;
  readonly #timers: Timers;
  #cancel = () => {};

  constructor(onSilent: () => void, timers: Timers = PROCESS) {
    this.#onSilent = onSilent;
    this.#timers = timers;
  }

  /** Expects a message within `ms` from now. */
  expect(ms: number): void {
    this.end();
    const due = this.#timers.now() + ms;
    this.#cancel = this.#timers.after(ms, () => {
      if (this.#timers.now() - due > LATE_MS) this.expect(ms);
      else this.#onSilent();
    });
  }

  /** Expects no message any more. */
  end(): void {
    this.#cancel();
    this.#cancel = () => {};
  }
}
