import * as z from 'zod';

/** How a run pushes its metrics. Without `endpoint`, the variables OTEL_EXPORTER_OTLP_* name it. */
export type OtlpSettings = { endpoint?: string; everyMs: number };

const EVERY_MS = 10_000;

const url = (name: string) => z.url({ protocol: /^https?$/, error: `${name} must be a URL of http or https` });
const variable = (schema: z.ZodType<string>) => z.preprocess((value) => value || undefined, schema.optional());

/** OpenTelemetry's variables that decide whether and how often to push; its exporter reads the others. An empty one counts as absent. */
const envSchema = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: variable(url('OTEL_EXPORTER_OTLP_ENDPOINT')),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: variable(url('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT')),
  OTEL_EXPORTER_OTLP_PROTOCOL: variable(z.string()),
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: variable(z.string()),
  OTEL_METRICS_EXPORTER: variable(z.string()),
  OTEL_SDK_DISABLED: variable(z.string()),
  OTEL_METRIC_EXPORT_INTERVAL: variable(
    z.string().regex(/^[1-9]\d{0,8}$/, 'OTEL_METRIC_EXPORT_INTERVAL must be a number of milliseconds'),
  ),
});

/**
 * Decides where a run pushes its metrics: to the URL of --otlp, or else to the endpoint of OpenTelemetry's variables unless they turn metrics
 * off. No settings: it pushes none. A note explains why an endpoint of the environment is not used.
 */
export function otlpSettings(
  option: string | undefined,
  env: Record<string, string | undefined>,
): { settings?: OtlpSettings; notes: string[] } | { problems: string[] } {
  const parsed = envSchema.safeParse(env);
  if (!parsed.success) return { problems: parsed.error.issues.map(({ message }) => message) };
  const of = parsed.data;
  const everyMs = Number(of.OTEL_METRIC_EXPORT_INTERVAL ?? EVERY_MS);
  if (option !== undefined) return { settings: { endpoint: option, everyMs }, notes: [] };
  const isNamed = (of.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? of.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined;
  const exporters = (of.OTEL_METRICS_EXPORTER ?? 'otlp').split(',').map((name) => name.trim());
  if (!isNamed || of.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || !exporters.includes('otlp')) return { notes: [] };
  const protocol = of.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL ?? of.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf';
  if (protocol === 'http/protobuf') return { settings: { everyMs }, notes: [] };
  return {
    notes: [`no metrics are pushed: OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}, and only http/protobuf is supported`],
  };
}
