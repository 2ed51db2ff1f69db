import type { Registry } from 'prom-client';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { Scrapers } from '../../model/lifecycle/scrapers.ts';
import type { Resource } from '../kube/types.ts';
import { type Handler, textResponse } from '../runtime/http.ts';
import type { UpdateStore } from '../updates/update-store.ts';
import { aboutTest } from './about-test.ts';
import type { DeletedTests, TestFigures } from './deleted-tests.ts';
import { testMetrics } from './loadtest-metrics.ts';
import { totalsOf } from './loadtest-totals.ts';

/** Prometheus and whatever scrapes like it send this header; a person with curl does not. */
const SCRAPER_HEADER = 'x-prometheus-scrape-timeout-seconds';

export type Scraped = {
  /** The operator's metrics about itself. */
  registry: Registry;
  /** The LoadTests that this replica exports figures of. */
  tests: () => Resource[];
  updates: UpdateStore;
  /** Who scrapes, and the tests that are gone before they have been scraped. */
  scrapers: Scrapers;
  deleted: DeletedTests;
  now: () => number;
  isReady: () => boolean;
};

/** /metrics, /healthz and /readyz. */
export function observability(of: Scraped): Handler {
  return async ({ url, headers, socket }) => {
    if (url === '/metrics') {
      const by = headers[SCRAPER_HEADER] === undefined ? undefined : socket.remoteAddress;
      return { status: 200, body: await scrape(of, by), contentType: of.registry.contentType };
    }
    if (url === '/healthz') return textResponse(200, 'ok\n');
    if (url === '/readyz') return of.isReady() ? textResponse(200, 'ok\n') : textResponse(503, 'starting\n');
    return textResponse(404, 'not found\n');
  };
}

/** The figures of a test as it is known. */
export function figuresOfTest(test: Resource, updates: UpdateStore): TestFigures {
  const { namespace, name, uid } = test.metadata;
  const status = (test.status ?? {}) as LoadTestStatus;
  return { namespace, name, uid, totals: totalsOf(aboutTest(test), status, updates.of(uid)) };
}

/** The text of a scrape, `by` the address of a scraper. */
async function scrape(
  { registry, tests, updates, scrapers, deleted, now }: Scraped,
  by: string | undefined,
): Promise<Iterable<string>> {
  const own = await registry.metrics();
  const existing = tests().map((test) => figuresOfTest(test, updates));
  const exported = deleted.with(existing, now());
  return pieces(own, exported, () => {
    if (by === undefined) return;
    scrapers.saw(by, now());
    deleted.exported(by, exported, now());
  });
}

/** `sent` is called once all pieces are written; of a response that nobody reads to its end, they never are. */
function* pieces(own: string, tests: readonly TestFigures[], sent: () => void): Generator<string> {
  yield own;
  yield* testMetrics(tests);
  sent();
}
