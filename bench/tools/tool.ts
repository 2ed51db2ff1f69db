import type { Install } from '../install.ts';
import type { Scenario } from '../scenario.ts';

/** The parameters of one run. */
export type Job = {
  scenario: Scenario;
  url: string;
  seconds: number;
  /** Threads that generate the load; default one. Only wrk and loadtest get more. */
  workers?: number | undefined;
  /** The target's certificate, for tools that verify it. */
  certificate: string;
  /** A folder for the tool's own files. */
  dir: string;
};

/** A tool's report of its run, with times in milliseconds. Fields that it does not report are absent. */
export type ToolReport = {
  /** CPU time of the load without the tool's start, if the tool can separate them. */
  loadCpuMs?: number;
  lagP50?: number | undefined;
  lagP99?: number | undefined;
  p95?: number | undefined;
  p99?: number | undefined;
  max?: number | undefined;
};

export type Invocation = {
  command: string[];
  env?: NodeJS.ProcessEnv;
  /** Exit codes of a complete run; default: only 0. */
  codes?: readonly number[];
  /** Parses the tool's output. */
  readReport?: (stdout: string) => ToolReport | Promise<ToolReport>;
};

export interface Tool {
  name: string;
  install: Install;
  /** The command line for the job, or the reason why the tool cannot do it; `program` is the result of `install`. */
  invoke(program: readonly string[], job: Job): Invocation | { cannot: string };
}

export const CLOSED_ONLY = { cannot: 'closed loop only' };
export const NO_HTTP2 = { cannot: 'no HTTP/2' };
export const ONE_STREAM = { cannot: 'no choice of the requests on a connection' };

/** Whether a scenario has several requests at a time on a connection. */
export function hasManyStreams({ load }: Scenario): boolean {
  return load.type === 'Closed' && load.streams !== undefined;
}
