import type { TurnReason } from '../../../api/status/reasons.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import { serverOf } from '../../../model/limits/violations.ts';
import { type AcceptedLoadTest, keyOf } from '../resources/loadtest-resource.ts';
import type { Turn } from './turn.ts';

/**
 * `spec.target.exclusive`: two tests of the same server do not run at once if one of them is exclusive. A test waits for those that run, and
 * for those before it that wait themselves.
 */
export function exclusive({ test, admitted, before, limits }: Turn): Waiting<TurnReason> | undefined {
  const server = serverOf(test.spec.target);
  const isInTheWay = ({ spec }: AcceptedLoadTest) =>
    serverOf(spec.target) === server &&
    (limits.oneTestPerTarget || spec.target.exclusive || test.spec.target.exclusive);
  const running = admitted.find(isInTheWay);
  const earlier = running ?? before.find(isInTheWay);
  if (earlier === undefined) return undefined;
  const does = running === undefined ? 'is before it to test' : 'tests';
  return { reason: 'WaitingForTarget', message: `waits for ${keyOf(earlier.metadata)}, which ${does} ${server}` };
}
