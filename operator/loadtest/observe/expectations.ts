import type { Observed } from './observed.ts';

/** What is remembered of one test. */
export type Expectation = Pick<
  Observed,
  'lastWriteMs' | 'lastRecordedMs' | 'jobRefusal' | 'podRefusal' | 'intervals'
> & {
  /** Whether its Job is known to be its own, also while the watch has not brought it yet. */
  madeJob?: boolean | undefined;
  /** Since when its full report could not be kept. */
  reportFailingSinceMs?: number | undefined;
};

const NOTHING: Expectation = {};

/** What this operator remembers of tests, by uid, besides what can be observed; all of it may be lost. */
export class Expectations {
  readonly #tests = new Map<string, Expectation>();

  of(uid: string): Readonly<Expectation> {
    return this.#tests.get(uid) ?? NOTHING;
  }

  put(uid: string, what: Expectation): void {
    this.#tests.set(uid, { ...this.of(uid), ...what });
  }

  /** Drops one thing, or all that is remembered of a test. */
  forget(uid: string, what?: keyof Expectation): void {
    if (what === undefined) this.#tests.delete(uid);
    else if (this.of(uid)[what] !== undefined) this.put(uid, { [what]: undefined });
  }
}
