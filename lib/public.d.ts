/**
 * The library of loadtest-operator: runs LoadTests on this machine, as the command `loadtest run` does.
 *
 *     import { judge, run } from 'loadtest-operator';
 *
 *     const [report] = await run(readFileSync('checkout.yaml', 'utf8'));
 *     if (judge(report).verdict !== 'passed') process.exitCode = 1;
 */
import type { LoadTest, LoadTestReport } from './resource.js';

export type { Json, LoadTest, LoadTestReport, LoadTestSpec, LoadTestStatus } from './resource.js';

/** A Secret or ConfigMap that LoadTests beside it refer to. */
export type ValueHolder = {
  apiVersion: 'v1';
  kind: 'Secret' | 'ConfigMap';
  metadata: { name: string; namespace?: string | undefined; [name: string]: unknown };
  /** Of a Secret in base64, of a ConfigMap as text. */
  data?: Record<string, string> | undefined;
  /** Of a Secret as text. */
  stringData?: Record<string, string> | undefined;
  [name: string]: unknown;
};

/** LoadTests with the objects that they refer to: text in YAML or JSON as `kubectl apply -f` takes it, or objects. */
export type Source = string | LoadTest | readonly (LoadTest | ValueHolder)[];

/** The source cannot run. */
export class SourceInvalid extends Error {
  /** A sentence for each problem, with the path of its field. */
  readonly problems: readonly string[];
  constructor(problems: readonly string[]);
}

export type SourceOptions = {
  /** Overrides of fields of the spec, such as `load.open.maxInFlight=50`. */
  set?: readonly string[] | undefined;
};

/** The load that a LoadTest asks for. */
export type Plan = {
  /** Name of the LoadTest. */
  name: string;
  /** The load in a sentence. */
  description: string;
  /** Length of the load in seconds, of a search its deadline; undefined when only its iterations end it. */
  seconds: number | undefined;
  /** Arrivals that are due over the whole load, on average; undefined when responses decide the rate. */
  arrivals: number | undefined;
  /** The highest rate, arrivals a second; undefined when responses decide the rate. */
  peakPerSecond: number | undefined;
  /** The thresholds that decide the verdict as text, such as `responseTime.p99 at most 250ms`, or the default one. */
  thresholds: string[];
};

/** Checks the source and plans each of its LoadTests without sending anything. Throws {@link SourceInvalid}. */
export function plan(source: Source, options?: SourceOptions): Promise<Plan[]>;

export type RunOptions = SourceOptions & {
  /** Ranges of addresses (CIDR) that load may reach although it may not by default, such as `169.254.0.0/16`. */
  allowAddresses?: readonly string[] | undefined;
  /** Ends the load of the running LoadTest, whose report then holds the result so far; no further LoadTest begins. */
  signal?: AbortSignal | undefined;
  /** Receives lines about the progress, one a second at first and fewer later, and the lines that requests and scripts log. */
  onLine?: ((line: string) => void) | undefined;
};

/**
 * Runs the LoadTests of the source one after another, on worker threads of this process; resolves to the report of each, whatever its
 * verdict. Rejects with {@link SourceInvalid} before anything is sent. A LoadTest with a script needs Node 26.
 */
export function run(source: Source, options?: RunOptions): Promise<LoadTestReport[]>;

/** The verdict on a result, as in its condition Passed: True is passed, False is failed. */
export type Verdict = {
  verdict: 'passed' | 'failed' | 'inconclusive';
  reason: string;
  message: string;
};

/** The verdict on a report, or on a LoadTest with its status; a LoadTest that has no verdict yet is inconclusive. */
export function judge(result: LoadTestReport | LoadTest): Verdict;
