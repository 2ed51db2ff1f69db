import { COUNTER_NAMES, type Counts, recordOf } from '../../../api/status/counters.ts';

/** The counters of a result. Omitted counters are 0, so that a test names only the relevant ones. */
export function countsOf(counts: Partial<Counts>): Counts {
  return recordOf(COUNTER_NAMES, (name) => counts[name] ?? 0);
}
