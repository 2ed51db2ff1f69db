type Metrics = ReadonlyMap<string, number>;

/** The POST, PATCH and DELETE requests of the operator; without PUT, which renews the Lease. */
export function changesIn(metrics: Metrics): number {
  const isOne = (name: string) => /^loadtest_operator_api_requests_total\{.*method="(POST|PATCH|DELETE)"/.test(name);
  return [...metrics].filter(([name]) => isOne(name)).reduce((sum, [, value]) => sum + value, 0);
}

/** The 99th percentile of the time in the work queue between two readings, as the bound of its bucket in seconds. */
export function waitP99(before: Metrics, after: Metrics): number {
  const buckets = [...after].flatMap(([name, value]) => {
    const le = /^loadtest_operator_queue_wait_seconds_bucket\{.*le="([^"]+)".*controller="loadtest"/.exec(name)?.[1];
    const limit = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
    return le === undefined ? [] : [{ limit, count: value - (before.get(name) ?? 0) }];
  });
  const all = Math.max(...buckets.map((b) => b.count));
  return buckets.sort((a, b) => a.limit - b.limit).find((b) => b.count >= 0.99 * all)!.limit;
}
