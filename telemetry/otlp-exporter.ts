import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** Where to push. Whatever is absent comes from the variables OTEL_EXPORTER_OTLP_*. `headers` is called for every export. */
export type OtlpTarget = { endpoint?: string | undefined; headers?: () => Promise<Record<string, string>> };

export type OtlpExporter = {
  /** Sends metrics, with retries for 10 s in all. Resolves to the reason why they did not arrive; never rejects. */
  export(metrics: ResourceMetrics): Promise<string | undefined>;
  close(): Promise<void>;
};

/** Exports to an endpoint of OTLP over HTTP in its protobuf form. */
export function otlpExporter({ endpoint, headers }: OtlpTarget): OtlpExporter {
  const exporter = new OTLPMetricExporter({
    ...(endpoint !== undefined && { url: metricsUrl(endpoint) }),
    ...(headers && { headers }),
  });
  return {
    export: (metrics) =>
      new Promise((resolve) =>
        exporter.export(metrics, ({ code, error }) => resolve(code === 0 ? undefined : problemOf(error))),
      ),
    close: () => exporter.shutdown(),
  };
}

/** The URL for metrics of an OTLP endpoint, as OTEL_EXPORTER_OTLP_ENDPOINT has it: without the path of a signal, which may be there anyway. */
export function metricsUrl(endpoint: string): string {
  const url = new URL(endpoint);
  if (!url.pathname.endsWith('/v1/metrics')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/metrics`;
  return url.href;
}

/** The reason without the URL, which may hold a password, and without the body of the response. */
function problemOf(error: (Error & { code?: unknown }) | undefined): string {
  const { code, message } = error ?? {};
  if (typeof code === 'number') return `HTTP status ${code}`;
  return typeof code === 'string' ? code : message || 'no response';
}
