import type { RequestListener } from 'node:http';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { type RunnerLabels, runnerMetrics } from './prometheus.ts';
import { TEXT_CONTENT_TYPE } from './prometheus-text.ts';

export type MetricsEndpointOptions = {
  labels: RunnerLabels;
  /** Merges the newest snapshots of the workers; undefined before the load. A scrape calls it once. */
  newest: () => Snapshot | undefined;
  /** The bounds of the buckets in seconds; undefined before the runner has its assignment. */
  bounds: () => readonly number[] | undefined;
  /** Called when a response has been sent completely. */
  scraped: () => void;
};

/** Serves GET /metrics of a runner. */
export function metricsEndpoint({ labels, newest, bounds, scraped }: MetricsEndpointOptions): RequestListener {
  return async (request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const text = await runnerMetrics(labels, newest(), bounds());
    response.writeHead(200, { 'content-type': TEXT_CONTENT_TYPE }).end(text, scraped);
  };
}
