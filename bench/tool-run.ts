import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { measured } from './measured.ts';
import type { Scenario } from './scenario.ts';
import { type Target, urlOf } from './target.ts';
import { YARDSTICK } from './tools/index.ts';
import type { Ready } from './tools/ready.ts';
import { invocationOf, type ToolReport } from './tools/tool.ts';

/** One run of one tool. */
export type Run = {
  scenario: string;
  tool: string;
  round: number;
  /** Requests that the target read. */
  requests: number;
  /** Requests that the rate of an open loop demands. */
  demanded?: number;
  /** CPU time of the generator's process tree including its start, or of the load alone if the tool reports it. */
  cpuMs: number;
  wallMs: number;
  report: ToolReport;
};

export type Skipped = { scenario?: string; tool: string; reason: string };

/** Extra time for a tool's start, its report and the last responses. */
const GRACE_MS = 60_000;

/** The environment of a run: the generator's `cores`, and the number of its threads (`workers`, default one). */
export type Place = {
  round: number;
  seconds: number;
  dir: string;
  target: Target;
  cores: readonly number[];
  workers?: number;
};

/** Runs a tool on an otherwise idle target; returns the run, or the reason why there is none. */
export async function runOnce({ tool, program }: Ready, scenario: Scenario, place: Place): Promise<Run | Skipped> {
  const { round, seconds, target, cores, workers } = place;
  const names = { scenario: scenario.name, tool: tool.name };
  const dir = join(place.dir, tool.name);
  mkdirSync(dir, { recursive: true });
  const url = urlOf(target, scenario);
  const job = { scenario, url, seconds, workers, certificate: target.certificate, dir };
  const invocation = invocationOf(tool, program, job);
  if ('cannot' in invocation) return { ...names, reason: invocation.cannot };

  const { command, env, codes = [0], readReport } = invocation;
  const before = await target.requests();
  const run = await measured(command, { cores, env, cwd: dir, timeoutMs: seconds * 1e3 + GRACE_MS });
  const requests = (await target.requests()) - before;
  if (!codes.includes(run.code ?? -1) || requests === 0) {
    return { ...names, reason: `exit code ${run.code}, ${requests} requests: ${run.stderr.trim().slice(-300)}` };
  }
  const report = (await readReport?.(run.stdout)) ?? {};
  return {
    ...names,
    round,
    requests,
    ...(scenario.load.type === 'Open' && tool.name !== YARDSTICK ? { demanded: scenario.load.rate * seconds } : {}),
    cpuMs: report.loadCpuMs ?? run.cpuMs,
    wallMs: run.wallMs,
    report,
  };
}

/** CPU time per request in microseconds. */
export function cpuEach({ cpuMs, requests }: Run): number {
  return (cpuMs * 1e3) / requests;
}

/** A run as one line. */
export function describe(run: Run): string {
  const { tool, requests, wallMs } = run;
  return `${tool}: ${requests} requests, ${cpuEach(run).toFixed(1)} us of CPU each, ${(wallMs / 1e3).toFixed(1)} s`;
}
