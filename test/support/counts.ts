import { COUNTER_NAMES, type Counts, recordOf } from '../../api/status/counters.ts';

/** The counters of a result; those that are left out are 0, so that a test names only those it is about. */
export function countsOf(counts: Partial<Counts>): Counts {
  return recordOf(COUNTER_NAMES, (name) => counts[name] ?? 0);
}
