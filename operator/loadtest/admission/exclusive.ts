import type { TurnReason } from '../../../api/status/reasons.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import { keyOf } from '../resources/loadtest-resource.ts';
import { serverOfTest } from './test-index.ts';
import type { Turn } from './turn.ts';

/**
 * `spec.target.exclusive`: two tests of the same server do not run at once if one of them is exclusive. A test waits for those that run, and
 * for those before it that wait themselves. It names the one just before it, which changes seldom: the first of a long queue would change for
 * all of them at once.
 */
export function exclusive({ test, admitted, before, limits }: Turn): Waiting<TurnReason> | undefined {
  const which = limits.oneTestPerTarget || test.spec.target.exclusive ? 'all' : 'exclusive';
  const waiting = before.ofServerOf(test, which)?.last;
  const earlier = waiting ?? admitted.ofServerOf(test, which)?.first;
  if (earlier === undefined) return undefined;
  const does = waiting === undefined ? 'tests' : 'is before it to test';
  return {
    reason: 'WaitingForTarget',
    message: `waits for ${keyOf(earlier.metadata)}, which ${does} ${serverOfTest(test)}`,
  };
}
