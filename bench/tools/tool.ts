import type { Install } from '../install.ts';
import type { Scenario } from '../scenario.ts';

/** One run that is asked of a tool. */
export type Job = {
  scenario: Scenario;
  url: string;
  seconds: number;
  /** Threads that make the load; one when missing. More are asked of wrk and loadtest alone. */
  workers?: number | undefined;
  /** The target's certificate, for tools that verify it. */
  certificate: string;
  /** A folder for the tool's own files. */
  dir: string;
};

/** What a tool says of its own run. Times are milliseconds; what it does not say is missing. */
export type Said = {
  /** CPU time of the load alone, without the tool's start: only of what can tell the two apart. */
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
  /** Exit codes that a whole run may end with; 0 alone when missing. */
  codes?: readonly number[];
  /** Reads the tool's words about its run. */
  said?: (stdout: string) => Said | Promise<Said>;
};

export interface Tool {
  name: string;
  install: Install;
  /** How the tool is asked for the job, or why it cannot do it; `program` is what its install gave. */
  invoke(program: readonly string[], job: Job): Invocation | { cannot: string };
}

export const CLOSED_ONLY = { cannot: 'closed loop only' };
export const NO_HTTP2 = { cannot: 'no HTTP/2' };
