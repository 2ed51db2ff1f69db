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
  if (name === undefined || name === metadata.name) return undefined;
  const ref = { namespace: metadata.namespace, name };
  const baseline = admitted.named(ref) ?? before.named(ref);
  if (baseline === undefined) return undefined;
  return {
    reason: 'WaitingForBaseline',
    message: `waits for ${keyOf(baseline.metadata)}, the baseline of compareWith`,
  };
}
