import { microseconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { thresholdsOf } from '../../api/loadtest/threshold.ts';
import { loadModelOf } from '../load/load-models.ts';

/** The first field that makes two loads incomparable, because their metrics would differ for the same target; undefined without one. */
export function differenceOf(a: LoadTestSpec, b: LoadTestSpec): string | undefined {
  const [ours, theirs] = [sharedValuesOf(b), sharedValuesOf(a)];
  return Object.keys(ours).find((field) => JSON.stringify(ours[field]) !== JSON.stringify(theirs[field]));
}

/**
 * The values that two tests must share, by field. Their targets, runners, seeds and expectations may differ: weights hold with every seed. A
 * capacity is one under certain thresholds.
 */
function sharedValuesOf(spec: LoadTestSpec): Record<string, unknown> {
  const { target, load, requests, requestOrder } = spec;
  return {
    'target.http.keepAlive': target.http?.keepAlive ?? true,
    'load.type': load.type,
    ...loadModelOf(load).comparedFields(),
    requestOrder,
    requests: requests.map((r) => [r.name, r.weight, r.method]),
    'requests.thinkTime': requests.map((r) => microseconds(r.thinkTime ?? '0s')),
    ...(loadModelOf(load).search !== undefined && { thresholds: thresholdsOf(spec) }),
  };
}
