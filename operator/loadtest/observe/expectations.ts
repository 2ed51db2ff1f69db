import type { Observed } from '../decide/decision.ts';

/** What is remembered of one test. */
export type Remembered = Pick<Observed, 'lastWriteMs' | 'lastKeptMs' | 'jobRefusal' | 'podRefusal' | 'windows'> & {
  /** Whether its Job is known to be its own, also while the watch has not brought it yet. */
  madeJob?: boolean;
  /** Since when its full report could not be kept. */
  reportFailingSinceMs?: number;
};

const NOTHING: Remembered = {};

/** What this operator remembers of tests, by uid, besides what can be observed; all of it may be lost. */
export class Memory {
  readonly #tests = new Map<string, Remembered>();

  of(uid: string): Readonly<Remembered> {
    return this.#tests.get(uid) ?? NOTHING;
  }

  put(uid: string, what: Remembered): void {
    this.#tests.set(uid, { ...this.of(uid), ...what });
  }

  /** Drops one thing, or all that is remembered of a test. */
  forget(uid: string, what?: keyof Remembered): void {
    if (what === undefined) this.#tests.delete(uid);
    else if (this.of(uid)[what] !== undefined) this.put(uid, { [what]: undefined });
  }
}
