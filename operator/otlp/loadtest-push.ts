import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { OtlpExporter } from '../../telemetry/otlp-exporter.ts';
import { metricsOf } from '../../telemetry/run-metrics.ts';
import type { MeasuredTest, MetricsPush } from '../loadtest/dependencies.ts';
import { splitKey } from '../loadtest/resources/loadtest-resource.ts';
import { errorText, type Log } from '../runtime/log.ts';
import { keyOfMaker } from '../scheduled/scheduled-resource.ts';

/** The exporter gives up after 10 s; a response that never ends could take longer. */
const LONGEST_MS = 15_000;

type Options = {
  exporter: OtlpExporter;
  /** The tests under load. */
  running: () => readonly MeasuredTest[];
  everyMs: number;
  now: () => number;
  log: Log;
};

/** Pushes the merged metrics of LoadTests to an OTLP endpoint: those under load at an interval, and each once more at its end. */
export class LoadTestPush implements MetricsPush {
  readonly #options: Options;
  readonly #stopped = new AbortController();
  /** The last push of tests that end; true when it is over. */
  readonly #last = new Map<string, boolean>();
  #isFailing = false;
  #rounds: Promise<void> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Begins to push at the interval. */
  start(): void {
    this.#rounds = this.#repeat();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#rounds;
    await this.#options.exporter.close();
  }

  isOver(test: MeasuredTest, over: () => void): boolean {
    const { uid } = test.metadata;
    const known = this.#last.get(uid);
    if (known === undefined) {
      this.#last.set(uid, false);
      void this.#push(test, test.status).then(() => {
        if (this.#last.has(uid)) this.#last.set(uid, true);
        over();
      });
    }
    return known ?? false;
  }

  forget(uid: string): void {
    this.#last.delete(uid);
  }

  async #repeat(): Promise<void> {
    const { running, everyMs } = this.#options;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => {});
      for (const test of signal.aborted ? [] : running()) {
        // An endpoint that is not there would take its time for each of them.
        if (!(await this.#push(test))) break;
      }
    }
  }

  /** True when the metrics have arrived. Only the first problem in a row is logged. */
  async #push({ metadata, spec, status, summary: summarised }: MeasuredTest, final?: LoadTestStatus): Promise<boolean> {
    const { exporter, now, log } = this.#options;
    const summary = status.loadStartTime === undefined ? undefined : summarised();
    if (status.loadStartTime === undefined || summary === undefined) return true;
    const startMs = Date.parse(status.loadStartTime);
    const maker = keyOfMaker({ metadata });
    const metrics = metricsOf({
      run: metadata,
      spec,
      schedule: maker && splitKey(maker).name,
      startMs,
      nowMs: now(),
      summary,
      status: final,
    });
    const late = sleep(LONGEST_MS, `no response within ${LONGEST_MS} ms`, { ref: false });
    const problem = await Promise.race([exporter.export(metrics), late]).catch(errorText);
    const { namespace, name } = metadata;
    if (problem !== undefined && !this.#isFailing)
      log.warn('metrics did not reach the OTLP endpoint', { namespace, name, error: problem });
    if (problem === undefined && this.#isFailing) log.info('metrics reach the OTLP endpoint again');
    this.#isFailing = problem !== undefined;
    return !this.#isFailing;
  }
}
