import type { Install } from '../install.ts';
import type { Protocol, Scenario } from '../scenario.ts';

/** The parameters of one run. */
export type Job = {
  scenario: Scenario;
  url: string;
  seconds: number;
  /** Threads that generate the load; default one. Only wrk and loadtest get more. */
  workers?: number | undefined;
  /** The target's certificate if it has one, for tools that verify it. */
  certificate?: string | undefined;
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
  /** What it speaks of the scenarios' protocols; `ALL_HTTP` by default. */
  protocols?: readonly Protocol[];
  /** The command line for the job, or the reason why the tool cannot do it; `program` is the result of `install`. */
  invoke(program: readonly string[], job: Job): Invocation | { cannot: string };
}

export const CLOSED_ONLY = { cannot: 'closed loop only' };
export const ONE_STREAM = { cannot: 'no choice of the requests on a connection' };

const ALL_HTTP: readonly Protocol[] = ['http', 'https', 'h2'];
export const HTTP1_ONLY: readonly Protocol[] = ['http', 'https'];
export const ALL_PROTOCOLS: readonly Protocol[] = [...ALL_HTTP, 'grpc'];

const NAMES: Record<Protocol, string> = { http: 'HTTP/1.1', https: 'HTTP/1.1 over TLS', h2: 'HTTP/2', grpc: 'gRPC' };

/** The command line of a tool for a job, or the reason why it cannot do it. */
export function invocationOf(tool: Tool, program: readonly string[], job: Job): Invocation | { cannot: string } {
  const { protocol } = job.scenario;
  if (!(tool.protocols ?? ALL_HTTP).includes(protocol)) return { cannot: `no ${NAMES[protocol]}` };
  return tool.invoke(program, job);
}

/** Whether a scenario has several requests at a time on a connection. */
export function hasManyStreams({ load }: Scenario): boolean {
  return load.type === 'Closed' && load.streams !== undefined;
}
