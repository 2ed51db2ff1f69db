import type { Registry } from 'prom-client';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { Resource } from '../kube/types.ts';
import { type Handler, textResponse } from '../runtime/http.ts';
import type { UpdateStore } from '../updates/update-store.ts';
import { aboutTest } from './about-test.ts';
import { type NamedTotals, testMetrics } from './loadtest-metrics.ts';
import { totalsOf } from './loadtest-totals.ts';

export type Scraped = {
  /** The operator's metrics about itself. */
  registry: Registry;
  /** The LoadTests that this replica exports figures of. */
  tests: () => Resource[];
  updates: UpdateStore;
  isReady: () => boolean;
};

/** /metrics, /healthz and /readyz. */
export function observability(of: Scraped): Handler {
  return async ({ url }) => {
    if (url === '/metrics') return { status: 200, body: await scrape(of), contentType: of.registry.contentType };
    if (url === '/healthz') return textResponse(200, 'ok\n');
    if (url === '/readyz') return of.isReady() ? textResponse(200, 'ok\n') : textResponse(503, 'starting\n');
    return textResponse(404, 'not found\n');
  };
}

async function scrape({ registry, tests, updates }: Scraped): Promise<Iterable<string>> {
  const totals = tests().map((test) => {
    const { namespace, name, uid } = test.metadata;
    const status = (test.status ?? {}) as LoadTestStatus;
    return { namespace, name, totals: totalsOf(aboutTest(test), status, updates.of(uid)) };
  });
  return pieces(await registry.metrics(), totals);
}

function* pieces(own: string, totals: readonly NamedTotals[]): Generator<string> {
  yield own;
  yield* testMetrics(totals);
}
