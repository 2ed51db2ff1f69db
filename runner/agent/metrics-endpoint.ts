import type { RequestListener } from 'node:http';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { runnerMetrics } from './prometheus.ts';
import { TEXT_CONTENT_TYPE } from './prometheus-text.ts';

export type MetricsEndpointOptions = {
  labels: Parameters<typeof runnerMetrics>[0];
  /** Merges the newest snapshots of the workers; undefined before the load. A scrape calls it once. */
  newest: () => Snapshot | undefined;
  /** Called when a response has been sent completely. */
  scraped: () => void;
};

/** Serves GET /metrics of a runner. */
export function metricsEndpoint({ labels, newest, scraped }: MetricsEndpointOptions): RequestListener {
  return async (request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const text = await runnerMetrics(labels, newest());
    response.writeHead(200, { 'content-type': TEXT_CONTENT_TYPE }).end(text, scraped);
  };
}
