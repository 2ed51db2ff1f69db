import type { RequestListener } from 'node:http';
import type { Snapshot } from '../../../model/measure/snapshot.ts';
import type { Scrape } from './final-scrape.ts';
import { type RunnerLabels, runnerMetrics } from './metrics.ts';
import { CONTENT_TYPES, type MetricsFormat } from './text-format.ts';

export type MetricsEndpointOptions = {
  labels: RunnerLabels;
  /** Merges the newest snapshots of the workers; undefined before the load. A scrape calls it once. */
  newest: () => Snapshot | undefined;
  /** The bounds of the buckets in seconds; undefined before the runner has its assignment. */
  bounds: () => readonly number[] | undefined;
  /** Whether the newest snapshots are the last ones. */
  isFinal: () => boolean;
  /** Called when a response has been sent completely. */
  scraped: (scrape: Scrape) => void;
};

/** Serves GET /metrics of a runner. */
export function metricsEndpoint({ labels, newest, bounds, isFinal, scraped }: MetricsEndpointOptions): RequestListener {
  return async (request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const scrape = { by: request.socket.remoteAddress ?? '', isFinal: isFinal() };
    const snapshot = newest();
    const format = formatFor(snapshot, request.headers.accept);
    const text = await runnerMetrics(labels, snapshot, bounds(), format);
    response.writeHead(200, { 'content-type': CONTENT_TYPES[format] }).end(text, () => scraped(scrape));
  };
}

/** OpenMetrics for a client that accepts it, if there are traces for exemplars. */
function formatFor(snapshot: Snapshot | undefined, accept = ''): MetricsFormat {
  return snapshot?.traces !== undefined && accept.includes('application/openmetrics-text') ? 'OpenMetrics' : 'Text';
}
