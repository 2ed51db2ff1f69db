import type { Registry } from 'prom-client';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { Resource } from '../kube/types.ts';
import { type Handler, textAnswer } from '../runtime/http.ts';
import type { ReportStore } from '../updates/update-store.ts';
import { testMetrics } from './loadtest-metrics.ts';
import { totalsOf } from './loadtest-totals.ts';

export type Scraped = {
  /** The operator's metrics about itself. */
  registry: Registry;
  /** The LoadTests whose figures this replica tells. */
  tests: () => Resource[];
  reports: ReportStore;
  isReady: () => boolean;
};

/** /metrics, /healthz and /readyz. */
export function observability(of: Scraped): Handler {
  return async ({ url }) => {
    if (url === '/metrics') return { status: 200, body: await scrape(of), contentType: of.registry.contentType };
    if (url === '/healthz') return textAnswer(200, 'ok\n');
    if (url === '/readyz') return of.isReady() ? textAnswer(200, 'ok\n') : textAnswer(503, 'starting\n');
    return textAnswer(404, 'not found\n');
  };
}

async function scrape({ registry, tests, reports }: Scraped): Promise<string> {
  const totals = tests().map(({ metadata: { namespace, name, uid }, status }) => ({
    namespace,
    name,
    totals: totalsOf((status ?? {}) as LoadTestStatus, reports.of(uid)),
  }));
  return (await registry.metrics()) + testMetrics(totals);
}
