import * as z from 'zod';
import { milliseconds } from '../../api/common/duration.ts';
import { durationSchema } from '../../api/common/duration-schema.ts';
import { type OperatorLimits, operatorLimitsSchema } from '../../api/common/operator-limits.ts';
import { type RunnersTemplate, templateSchema } from '../../api/loadtest/pod/template.ts';
import { type Webhook, webhooksSchema } from './webhook.ts';

/** The longest time that runners may be asked to wait for their first scrape. */
export const MAX_FIRST_SCRAPE_MS = 120_000;

const port = z.coerce.number().int().min(0).max(65535);

/** JSON in a variable. A problem names the field in it. */
const json = <S extends z.ZodType>(schema: S, absent = '{}') =>
  z
    .string()
    .default(absent)
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue('must be JSON');
        return z.NEVER;
      }
    })
    .pipe(schema);

/** A variable that may be empty, which counts as absent. */
const optional = (schema: z.ZodType<string>) => z.preprocess((text) => text || undefined, schema.optional());

/** The configuration in the operator's environment variables. */
export const configSchema = z.object({
  LOADTEST_RUNNER_IMAGE: z.string().min(1).describe('Image of the runner pods.'),
  LOADTEST_RUNNER_IMAGE_PULL_POLICY: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  LOADTEST_SCRAPE_ANNOTATIONS: z
    .enum(['true', 'false'])
    .default('true')
    .transform((text) => text === 'true')
    .describe('Whether runner pods have the annotations that a Prometheus goes by which discovers pods by itself.'),
  LOADTEST_FIRST_SCRAPE_WAIT: durationSchema
    .refine((text) => milliseconds(text) <= MAX_FIRST_SCRAPE_MS, 'must be at most 2m')
    .default('75s')
    .describe('How long after its start a runner waits for its first scrape, where runners are scraped.'),
  LOADTEST_OPERATOR_URL: z
    .url({ protocol: /^https?$/ })
    .describe('URL of the runner endpoint, such as http://loadtest-operator.loadtest-system.svc:8090.'),
  LOADTEST_GRAFANA_URL: z
    .url({ protocol: /^https?$/ })
    .max(1024)
    .optional()
    .describe('Address of Grafana, for the links to dashboards. Default: no links.'),
  LOADTEST_WATCH_NAMESPACE: z
    .string()
    .optional()
    .transform((name) => name || undefined)
    .describe('The one namespace to serve. Default: all.'),
  LOADTEST_RUNNER_TEMPLATE: json(templateSchema).describe('Defaults of spec.runners.template for every test, as JSON.'),
  LOADTEST_LIMITS: json(operatorLimitsSchema).describe("What tests may do: the chart's value `limits` as JSON."),
  LOADTEST_OTLP_ENDPOINT: optional(z.url({ protocol: /^https?$/ })).describe(
    'Where to push metrics by OTLP over HTTP, such as http://prometheus.monitoring.svc:9090/api/v1/otlp. Default: nowhere.',
  ),
  LOADTEST_OTLP_INTERVAL: durationSchema
    .refine((text) => milliseconds(text) >= 1000, 'must be at least 1s')
    .default('15s')
    .describe('How often to push tests under load.'),
  LOADTEST_OTLP_HEADERS: optional(z.string()).describe(
    'Folder with a file for each header of a push, named like the header.',
  ),
  LOADTEST_WEBHOOKS: json(webhooksSchema, '[]').describe('Who is notified of what, as JSON.'),
  LOADTEST_REPORT_PORT: port.default(8090),
  LOADTEST_METRICS_PORT: port.default(8080),
  LOADTEST_POD_NAME: z.string().min(1).describe("This operator's pod: who holds the Lease."),
  LOADTEST_POD_UID: optional(z.string()).describe(
    'The uid of that pod, with which its Lease is deleted. Default: it stays.',
  ),
  LOADTEST_POD_NAMESPACE: z.string().min(1).describe('Where that pod and the Lease are.'),
  LOADTEST_LEASE_NAME: z.string().min(1).describe('The Lease whose holder works; its replicas wait.'),
});

/** Where to push metrics, how often, and the folder with the headers. */
export type OtlpConfig = { endpoint: string; interval: string; headersFolder?: string | undefined };

export type Config = {
  runnerImage: string;
  runnerImagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  scrapeAnnotations: boolean;
  /** How long after its start a runner waits for its first scrape; 0: not at all. */
  firstScrapeMs: number;
  /** Defaults of `spec.runners.template` for every test. */
  runnerTemplate: RunnersTemplate;
  operatorUrl: string;
  /** Where Grafana is; undefined: statuses have no link to a dashboard. */
  grafanaUrl?: string | undefined;
  watchNamespace?: string | undefined;
  limits: OperatorLimits;
  reportPort: number;
  metricsPort: number;
  otlp?: OtlpConfig | undefined;
  webhooks?: readonly Webhook[];
};

/** The identity of this replica in the election. */
export type Candidate = { namespace: string; pod: string; podUid?: string | undefined; lease: string };

/** Parses `env` into the configuration, or into problems with one line per variable. */
export function readConfig(
  env: Record<string, string | undefined>,
): { config: Config; candidate: Candidate } | { problem: string } {
  const parsed = configSchema.safeParse(env);
  if (!parsed.success) {
    return { problem: parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('\n') };
  }
  const { data } = parsed;
  return {
    config: {
      runnerImage: data.LOADTEST_RUNNER_IMAGE,
      runnerImagePullPolicy: data.LOADTEST_RUNNER_IMAGE_PULL_POLICY,
      scrapeAnnotations: data.LOADTEST_SCRAPE_ANNOTATIONS,
      firstScrapeMs: milliseconds(data.LOADTEST_FIRST_SCRAPE_WAIT),
      runnerTemplate: data.LOADTEST_RUNNER_TEMPLATE,
      operatorUrl: data.LOADTEST_OPERATOR_URL,
      grafanaUrl: data.LOADTEST_GRAFANA_URL,
      watchNamespace: data.LOADTEST_WATCH_NAMESPACE,
      limits: data.LOADTEST_LIMITS,
      reportPort: data.LOADTEST_REPORT_PORT,
      metricsPort: data.LOADTEST_METRICS_PORT,
      ...(data.LOADTEST_WEBHOOKS.length > 0 && { webhooks: data.LOADTEST_WEBHOOKS }),
      ...(data.LOADTEST_OTLP_ENDPOINT !== undefined && {
        otlp: {
          endpoint: data.LOADTEST_OTLP_ENDPOINT,
          interval: data.LOADTEST_OTLP_INTERVAL,
          headersFolder: data.LOADTEST_OTLP_HEADERS,
        },
      }),
    },
    candidate: {
      namespace: data.LOADTEST_POD_NAMESPACE,
      pod: data.LOADTEST_POD_NAME,
      podUid: data.LOADTEST_POD_UID,
      lease: data.LOADTEST_LEASE_NAME,
    },
  };
}
