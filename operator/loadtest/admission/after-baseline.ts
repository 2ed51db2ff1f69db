import type { TurnReason } from '../../../api/status/reasons.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import { keyOf } from '../resources/loadtest-resource.ts';
import type { Turn } from './turn.ts';

/**
 * `spec.compareWith`: a test waits for its baseline, which otherwise would have no result, and share the target with it. A baseline that comes
 * later in the queue is not waited for: two tests that name each other would wait forever.
 */
export function afterBaseline({ test, admitted, before }: Turn): Waiting<TurnReason> | undefined {
  const { spec, metadata } = test;
  const name = spec.compareWith?.name;
  if (name === undefined) return undefined;
  const isBaseline = (other: Turn['test']) =>
    other.metadata.name === name &&
    other.metadata.namespace === metadata.namespace &&
    other.metadata.uid !== metadata.uid;
  const baseline = admitted.find(isBaseline) ?? before.find(isBaseline);
  if (baseline === undefined) return undefined;
  return {
    reason: 'WaitingForBaseline',
    message: `waits for ${keyOf(baseline.metadata)}, the baseline of compareWith`,
  };
}
