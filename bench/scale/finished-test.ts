import { API_VERSION, LOAD_TEST } from '../../api/common/group.ts';
import { jobName, LABEL_MANAGED_BY, LABEL_TEST, LABEL_TEST_UID, MANAGER } from '../../api/common/names.ts';
import { loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { formatIntervals, intervalsOf } from '../../model/compare/intervals.ts';
import { PERCENTILES } from '../../model/compare/quantiles.ts';
import { judge } from '../../model/judge/verdict.ts';
import { summarise } from '../../model/measure/summary.ts';
import { resultStatus } from '../../model/result/result-status.ts';
import type { TestServer } from '../../test/integration/support/test-server.ts';
import { simulateLoad } from './load.ts';

/** The length of the load of {@link SPEC}. */
export const LOAD_SECONDS = 20;

export const SPEC = {
  target: { url: 'http://checkout.shop.svc:8080/api' },
  requests: [
    { name: 'list', method: 'GET', path: '/orders', headers: [{ name: 'X-Run', value: 'bench' }] },
    { name: 'create', method: 'POST', path: '/orders', body: { type: 'JSON', json: { sku: 'a1', qty: 2 } } },
  ],
  load: { type: 'Open', open: { stages: [{ duration: `${LOAD_SECONDS}s`, rate: 50 }] } },
  thresholds: [
    { metric: 'responseTime.p99', max: '250ms' },
    { metric: 'errors', max: '0.5%' },
  ],
};

/** The status of a completed test as the operator writes it. */
export function finishedStatus(): LoadTestStatus {
  const spec = loadTestSpecSchema.parse(SPEC);
  const snapshot = simulateLoad(LOAD_SECONDS).last(0);
  const requests = spec.requests.map(({ name }) => ({ ...snapshot.requests[0]!, name }));
  const summary = summarise(spec, [{ ...snapshot, requests }]);
  const verdict = judge(spec, summary, { desired: 1, lost: 0 });
  const now = new Date().toISOString();
  const row = { end: 1000, ended: 50, done: 50, errors: 0, p50: 8123, p95: 21_345, p99: 34_567 };
  const rest = { timed: 50, above50: 25, above95: 3, above99: 1 };
  const intervals = {
    ...intervalsOf(Array.from({ length: 20 }, (_, i) => ({ ...row, ...rest, end: 1000 * (i + 1) }))),
    quantiles: PERCENTILES.map((percentile) => Math.round(100 * percentile)),
  };
  const condition = (type: string, status: 'True' | 'False') => ({
    ...{ type, status, reason: 'Finished', message: verdict.passed.message },
    ...{ observedGeneration: 1, lastTransitionTime: `${now.slice(0, 19)}Z` },
  });
  return {
    observedGeneration: 1,
    conditions: [
      ...['Accepted', 'Ready', 'Complete', 'Passed'].map((type) => condition(type, 'True')),
      ...['Running', 'GeneratorSaturated'].map((type) => condition(type, 'False')),
    ] as NonNullable<LoadTestStatus['conditions']>,
    ...{ startTime: now, loadStartTime: now, completionTime: now },
    runners: { desired: 1, ready: 1, succeeded: 1, lost: 0 },
    ...resultStatus(summary, verdict),
    windows: formatIntervals(intervals),
    report: { configMapRef: { name: 'finished-report' } },
  };
}

/** Creates a finished LoadTest and its Job; returns the size of the LoadTest. */
export async function makeFinished(
  server: TestServer,
  namespace: string,
  name: string,
  status: LoadTestStatus,
): Promise<number> {
  const path = `/apis/loadtest.dev/v1alpha1/namespaces/${namespace}/loadtests`;
  const created = await post(server, path, {
    apiVersion: API_VERSION,
    kind: LOAD_TEST.kind,
    metadata: { name },
    spec: SPEC,
  });
  const { uid } = created.metadata as { uid: string };
  const { code, body } = await server.call({
    method: 'PATCH',
    path: `${path}/${name}/status`,
    contentType: 'application/merge-patch+json',
    body: { status },
  });
  if (code !== 200) throw new Error(body.message);
  const labels = { [LABEL_MANAGED_BY]: MANAGER, [LABEL_TEST]: name, [LABEL_TEST_UID]: uid };
  const containers = [{ name: 'runner', image: 'bench', env: [{ name: 'LOADTEST_NAME', value: name }] }];
  await post(server, `/apis/batch/v1/namespaces/${namespace}/jobs`, {
    metadata: { name: jobName({ name, uid }), labels },
    // Suspended, so that the Job controller creates no pods for a finished test.
    spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers } } },
  });
  return JSON.stringify(body).length;
}

/** Creates an object in the API server. */
export async function post(server: TestServer, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await server.call({ method: 'POST', path, body });
  if (response.code !== 201) throw new Error(response.body.message);
  return response.body;
}
