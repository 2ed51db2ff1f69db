import { microseconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';

/** What makes two specs two different loads, of which no metric says anything about the target; undefined when they are alike. */
export function differenceOf(a: LoadTestSpec, b: LoadTestSpec): string | undefined {
  const [ours, theirs] = [traitsOf(b), traitsOf(a)];
  return Object.keys(ours).find((trait) => JSON.stringify(ours[trait]) !== JSON.stringify(theirs[trait]));
}

/** What two tests must have in common. Where the load goes, who sends it, and what is expected of the answers may differ. */
function traitsOf({ target, load, requests, requestOrder }: LoadTestSpec): Record<string, unknown> {
  const { open, closed } = load;
  const per = microseconds(open?.per ?? '1s') / 1e6;
  return {
    'target.http.keepAlive': target.http?.keepAlive ?? true,
    'load.type': load.type,
    'load.open.stages': open?.stages.map((s) => [microseconds(s.duration), s.rate / per]),
    'load.open.startRate': open && (open.startRate ?? open.stages[0]!.rate) / per,
    'load.open.arrivals': open?.arrivals,
    'load.closed.users': closed?.users,
    'load.closed.thinkTime': closed && microseconds(closed.thinkTime),
    'load.closed.rampUp': closed && microseconds(closed.rampUp),
    'load.closed.duration': closed?.duration && microseconds(closed.duration),
    'load.closed.iterations': closed?.iterations,
    requestOrder,
    requests: requests.map((r) => [r.name, r.weight, r.method]),
    'requests.thinkTime': requests.map((r) => microseconds(r.thinkTime ?? '0s')),
  };
}
