import * as z from 'zod';
import { secondsToMs } from '../../api/common/duration.ts';

const port = z.coerce.number().int().min(1).max(65535);

/** The environment variables that the operator sets in a runner pod. */
const configSchema = z.object({
  LOADTEST_OPERATOR_URL: z.url({ protocol: /^http$/ }),
  LOADTEST_TOKEN_FILE: z.string().min(1),
  LOADTEST_VALUES_DIR: z.string().min(1),
  LOADTEST_METRICS_PORT: port,
  LOADTEST_NAMESPACE: z.string().min(1),
  LOADTEST_NAME: z.string().min(1),
  LOADTEST_RUNNER_INDEX: z.coerce.number().int().min(0),
  LOADTEST_FIRST_SCRAPE_SECONDS: z.coerce.number().min(0).default(0),
});

export type RunnerConfig = {
  operatorUrl: string;
  tokenFile: string;
  valuesDirectory: string;
  metricsPort: number;
  namespace: string;
  name: string;
  index: number;
  /** How long after the start of a runner that nobody has scraped yet the first scrape may come. */
  firstScrapeMs: number;
};

/** Parses the configuration in `environment`; a problem names every invalid variable. */
export function readConfig(environment: NodeJS.ProcessEnv): RunnerConfig | { problem: string } {
  const parsed = configSchema.safeParse(environment);
  if (!parsed.success) {
    return { problem: parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ') };
  }
  const { data } = parsed;
  return {
    operatorUrl: data.LOADTEST_OPERATOR_URL,
    tokenFile: data.LOADTEST_TOKEN_FILE,
    valuesDirectory: data.LOADTEST_VALUES_DIR,
    metricsPort: data.LOADTEST_METRICS_PORT,
    namespace: data.LOADTEST_NAMESPACE,
    name: data.LOADTEST_NAME,
    index: data.LOADTEST_RUNNER_INDEX,
    firstScrapeMs: secondsToMs(data.LOADTEST_FIRST_SCRAPE_SECONDS),
  };
}
