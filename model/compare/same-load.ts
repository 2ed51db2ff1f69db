import { microseconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { loadModelOf } from '../load/load-models.ts';

/** What makes two specs two different loads, of which no metric says anything about the target; undefined when they are alike. */
export function differenceOf(a: LoadTestSpec, b: LoadTestSpec): string | undefined {
  const [ours, theirs] = [traitsOf(b), traitsOf(a)];
  return Object.keys(ours).find((trait) => JSON.stringify(ours[trait]) !== JSON.stringify(theirs[trait]));
}

/** What two tests must have in common. Where the load goes, who sends it, and what is expected of the answers may differ. */
function traitsOf({ target, load, requests, requestOrder }: LoadTestSpec): Record<string, unknown> {
  return {
    'target.http.keepAlive': target.http?.keepAlive ?? true,
    'load.type': load.type,
    ...loadModelOf(load).comparedFields(),
    requestOrder,
    requests: requests.map((r) => [r.name, r.weight, r.method]),
    'requests.thinkTime': requests.map((r) => microseconds(r.thinkTime ?? '0s')),
  };
}
