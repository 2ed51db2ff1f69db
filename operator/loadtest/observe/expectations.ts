import type { Replaced } from '../resources/job.ts';
import type { Observed } from './observed.ts';

/** What this operator expects of one test beyond its observation. */
export type Expectation = Pick<
  Observed,
  'lastWriteMs' | 'lastRecordedMs' | 'jobProblem' | 'jobRefusal' | 'podRefusal' | 'intervals'
> & {
  /** Whether this operator knows that the Job is the test's own, also before the watch delivers it. */
  madeJob?: boolean | undefined;
  /** What the test's next Job takes over from the one that it replaces, and the uid of that one. */
  replaced?: (Replaced & { jobUid: string }) | undefined;
  settledNotifications?: Observed['settledNotifications'] | undefined;
  /** Since when the API server has not accepted its full report. */
  reportFailingSinceMs?: number | undefined;
};

const NOTHING: Expectation = {};

/** Expectations by the uid of the test. They are memory only, and all of them may be lost. */
export class Expectations {
  readonly #tests = new Map<string, Expectation>();

  of(uid: string): Readonly<Expectation> {
    return this.#tests.get(uid) ?? NOTHING;
  }

  put(uid: string, what: Expectation): void {
    this.#tests.set(uid, { ...this.of(uid), ...what });
  }

  /** Drops one expectation of a test, or all of them. */
  forget(uid: string, what?: keyof Expectation): void {
    if (what === undefined) this.#tests.delete(uid);
    else if (this.of(uid)[what] !== undefined) this.put(uid, { [what]: undefined });
  }
}
