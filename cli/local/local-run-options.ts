import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { Found } from '../../model/compare/baseline.ts';
import type { Summary } from '../../model/measure/summary.ts';
import type { Patience } from '../../runner/workers/watchdog.ts';

export type LocalRun = {
  test: LoadTest;
  /** The values that the spec refers to, by referencePath. */
  values: ReadonlyMap<string, Buffer>;
  /** The result that `spec.compareWith` names, if it is known. */
  baseline?: Found | undefined;
  /** The number of runners. Each has an equal share of the load, like a pod. */
  runners: number;
  /** The cores of this machine, split between the runners. A runner has as many worker threads as its load needs and its cores allow. */
  cores: number;
  now: () => number;
  /** The environment of the run, for its report. */
  environment: ReportDocument['environment'];
  /** Called about once a second with the figures so far, and those of a search. */
  onProgress: (summary: Summary, search: Pick<LoadTestStatus, 'capacity' | 'loadStartTime'>) => void;
  /** Takes the lines of the request log, if `runners.logSamples` is true. */
  onRequestLogged: (line: string) => void;
  /** Takes the output of a script, line by line. */
  onWritten: (line: string) => void;
  /** Ends the run before its plan does. */
  interrupt: AbortSignal;
  /** Address ranges that are allowed although they are denied by default. */
  allowAddresses?: readonly string[];
  /** How long a thread may stay silent; by default as long as in a pod. */
  patience?: Patience;
};
