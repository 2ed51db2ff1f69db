import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withTempDir } from '../test/cluster/tempdir.ts';
import type { Log } from './install.ts';
import { measured } from './measured.ts';
import type { Options } from './options.ts';
import { requestsReport } from './requests-report.ts';
import { SCENARIOS, type Scenario } from './scenario.ts';
import { machine, store } from './store.ts';
import { startTarget, type Target } from './target.ts';
import { YARDSTICK } from './tools/index.ts';
import { installTools, type Ready } from './tools/ready.ts';
import type { Said } from './tools/tool.ts';

/** One run of one tool. */
export type Run = {
  scenario: string;
  tool: string;
  round: number;
  /** That nginx read. */
  requests: number;
  /** That the rate asked for, of an open loop. */
  asked?: number;
  /** Of the generator's whole process tree, its start included, or of the load alone where it says that itself. */
  cpuMs: number;
  wallMs: number;
  said: Said;
};

export type Skipped = { scenario?: string; tool: string; reason: string };

const TARGET_CORE = 0;
const GENERATOR_CORE = 1;
/** What a tool may take beyond the load: its start, its report, the last answers. */
const GRACE_MS = 60_000;

/** Every tool under every scenario, taking turns, on a core of their own; the target has the other one. */
export async function benchRequests(options: Options, log: Log): Promise<void> {
  const { ready, skipped } = await installTools([YARDSTICK, ...options.only], log);
  const runs: Run[] = [];
  await withTempDir(async (dir) => {
    const target = await startTarget(dir, [TARGET_CORE], log);
    try {
      const scenarios = SCENARIOS.filter(({ name }) => options.scenarios.includes(name));
      for (let round = 1; round <= options.rounds; round++) {
        for (const scenario of scenarios) {
          for (const tool of ready) {
            const result = await runOnce(tool, scenario, { round, seconds: options.seconds, dir, target });
            if ('reason' in result) {
              if (!skipped.some((s) => s.scenario === result.scenario && s.tool === result.tool)) skipped.push(result);
              log(`${scenario.name} ${tool.tool.name}: ${result.reason}`);
              continue;
            }
            runs.push(result);
            log(`round ${round} ${scenario.name} ${describe(result)}`);
          }
        }
      }
    } finally {
      await target.close();
    }
  });
  const { rounds, seconds } = options;
  const result = { machine: machine(), rounds, seconds, runs, skipped };
  store(options.out, 'requests', result, requestsReport(result), log);
}

type Place = { round: number; seconds: number; dir: string; target: Target };

async function runOnce({ tool, program }: Ready, scenario: Scenario, place: Place): Promise<Run | Skipped> {
  const { round, seconds, target } = place;
  const names = { scenario: scenario.name, tool: tool.name };
  const dir = join(place.dir, tool.name);
  mkdirSync(dir, { recursive: true });
  const url = scenario.protocol === 'http' ? target.url : target.secureUrl;
  const invocation = tool.invoke(program, { scenario, url, seconds, certificate: target.certificate, dir });
  if ('cannot' in invocation) return { ...names, reason: invocation.cannot };

  const { command, env, codes = [0], said } = invocation;
  const before = await target.requests();
  const run = await measured(command, { core: GENERATOR_CORE, env, cwd: dir, timeoutMs: seconds * 1e3 + GRACE_MS });
  const requests = (await target.requests()) - before;
  if (!codes.includes(run.code ?? -1) || requests === 0) {
    return { ...names, reason: `exit code ${run.code}, ${requests} requests: ${run.stderr.trim().slice(-300)}` };
  }
  const words = (await said?.(run.stdout)) ?? {};
  return {
    ...names,
    round,
    requests,
    ...(scenario.load.type === 'Open' && tool.name !== YARDSTICK ? { asked: scenario.load.rate * seconds } : {}),
    cpuMs: words.loadCpuMs ?? run.cpuMs,
    wallMs: run.wallMs,
    said: words,
  };
}

function describe({ tool, requests, cpuMs, wallMs }: Run): string {
  const each = ((cpuMs * 1e3) / requests).toFixed(1);
  return `${tool}: ${requests} requests, ${each} us of CPU each, ${(wallMs / 1e3).toFixed(1)} s`;
}
