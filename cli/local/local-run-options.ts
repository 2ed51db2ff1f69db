import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import type { Found } from '../../model/compare/baseline.ts';
import type { Summary } from '../../model/measure/summary.ts';
import type { Patience } from '../../runner/workers/worker-handle.ts';

export type LocalRun = {
  test: LoadTest;
  /** What the spec refers to, by referencePath. */
  values: ReadonlyMap<string, Buffer>;
  /** What `spec.compareWith` names, if it is known. */
  baseline?: Found | undefined;
  /** In the place of pods, each with an equal share of the load. */
  runners: number;
  /** Of this machine, shared out to the runners: each has as many worker threads as its load needs and its cores allow. */
  cores: number;
  now: () => number;
  /** Where the run is, for its report. */
  environment: ReportDocument['environment'];
  /** Called about once a second with the figures so far. */
  onProgress: (summary: Summary) => void;
  /** Takes the lines of samples that `runners.logSamples` asks for. */
  onRequestLogged: (line: string) => void;
  /** Takes the lines that a script writes. */
  onWritten: (line: string) => void;
  /** Aborted when the run is to end before its plan does. */
  interrupt: AbortSignal;
  /** Ranges of addresses that load may go to although it does not by default. */
  allowAddresses?: readonly string[];
  /** How long a thread may say nothing; by default as long as in a pod. */
  patience?: Patience;
};
