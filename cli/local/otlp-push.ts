import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { Summary } from '../../model/measure/summary.ts';
import { type OtlpExporter, otlpExporter } from '../../telemetry/otlp-exporter.ts';
import type { RunIdentity } from '../../telemetry/resource.ts';
import { metricsOf } from '../../telemetry/run-metrics.ts';
import type { OtlpSettings } from '../given/otlp-settings.ts';

/** The push of the metrics of local runs. */
export type OtlpPush = {
  /** The push of one run. */
  of(run: RunIdentity, spec: LoadTestSpec): RunPush;
  close(): Promise<void>;
};

/** Takes the figures of one run. */
export type RunPush = {
  /** The figures so far, as often as there are new ones; pushes them when it is time. */
  measured(summary: Summary, loadStartTime: string | undefined): void;
  /** Pushes the figures of the end with the verdict; resolves when they have arrived, or cannot. */
  ended(status: LoadTestStatus): Promise<void>;
};

type Options = { now: () => number; note: (line: string) => void };

/** Pushes by the settings. The first problem of the endpoint is noted, and none disturbs a run. */
export function otlpPush({ endpoint, everyMs }: OtlpSettings, { now, note }: Options): OtlpPush {
  const exporter = otlpExporter({ endpoint });
  let isNoted = false;
  const failed = (problem: string) => {
    if (!isNoted) note(`the metrics did not reach the OTLP endpoint: ${problem}`);
    isNoted = true;
  };
  return {
    of: (run, spec) => pushOf({ run, spec }, { exporter, everyMs, now, failed }),
    close: () => exporter.close(),
  };
}

type Pushing = {
  exporter: Pick<OtlpExporter, 'export'>;
  everyMs: number;
  now: () => number;
  failed: (problem: string) => void;
};

/** Pushes the first figures at once, so that a rate has a beginning, and others every `everyMs`, one push at a time. */
export function pushOf(
  of: { run: RunIdentity; spec: LoadTestSpec },
  { exporter, everyMs, now, failed }: Pushing,
): RunPush {
  let newest: { summary: Summary; startMs: number } | undefined;
  let underWay: Promise<void> | undefined;
  let nextMs = Number.NEGATIVE_INFINITY;
  const push = async (status?: LoadTestStatus) => {
    if (newest === undefined) return;
    const problem = await exporter.export(metricsOf({ ...of, ...newest, nowMs: now(), status }));
    if (problem !== undefined) failed(problem);
  };
  return {
    measured: (summary, loadStartTime) => {
      if (loadStartTime === undefined) return;
      newest = { summary, startMs: Date.parse(loadStartTime) };
      if (underWay !== undefined || now() < nextMs) return;
      nextMs = now() + everyMs;
      underWay = push().finally(() => {
        underWay = undefined;
      });
    },
    ended: async (status) => {
      await underWay;
      await push(status);
    },
  };
}
