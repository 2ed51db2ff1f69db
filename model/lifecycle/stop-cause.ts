import { ANNOTATION_STOP } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import type { Stopping } from '../../api/status/fields/stopping.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { hasResult } from '../capacity/progress.ts';
import { type Violation, violationText } from '../metrics/violation.ts';

/**
 * Why a load ends before its plan does: a threshold with `abort`, the annotation, a signal to a local run, or the result of a search, which has
 * no other plan.
 */
export type StopCause =
  | { by: 'Threshold'; violations: readonly Violation[] }
  | { by: 'Annotation' }
  | { by: 'Interrupt' }
  | { by: 'Search' };

/** A cause as a sentence for people; empty for an interrupt and a search, which other texts explain. Programs read the cause instead. */
export function stopText(cause: StopCause): string {
  if (cause.by === 'Interrupt' || cause.by === 'Search') return '';
  if (cause.by === 'Annotation') return `the annotation ${ANNOTATION_STOP} requested it`;
  const [first] = cause.violations;
  if (first === undefined) return 'a threshold with abort did not hold';
  return `over the last ${first.over ?? '10s'} ${cause.violations.map(violationText).join(', ')}`;
}

/**
 * The cause that an earlier reconcile persisted: from then on the load ends, whatever is observed later. Operators before
 * docs/design/0047-why-a-load-ends.md persisted only the reason of the condition, so that the violated thresholds of such a test are unknown.
 */
export function persistedStop({ stopping, conditions, capacity }: LoadTestStatus): StopCause | undefined {
  if (stopping?.by === 'Annotation') return { by: 'Annotation' };
  if (stopping?.by === 'Threshold') return { by: 'Threshold', violations: stopping.violations ?? [] };
  if (capacity !== undefined && hasResult(capacity)) return { by: 'Search' };
  const complete = findCondition(conditions, 'Complete');
  if (complete?.reason === 'Aborting') return { by: 'Threshold', violations: [] };
  return complete?.reason === 'Stopping' ? { by: 'Annotation' } : undefined;
}

/** The part of the status that persists a cause; undefined for an interrupt, as a local run persists nothing before its end, and for a search. */
export function stoppingOf(cause: StopCause): Stopping | undefined {
  if (cause.by === 'Interrupt' || cause.by === 'Search') return undefined;
  return cause.by === 'Annotation' ? { by: 'Annotation' } : { by: 'Threshold', violations: [...cause.violations] };
}
