import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTempDir } from '../test/cluster/system/tempdir.ts';
import { startGrpcTarget } from './grpc/target.ts';
import type { Log } from './install.ts';
import { measured } from './measured.ts';
import type { Options } from './options.ts';
import { SCENARIOS } from './scenario.ts';
import { table } from './statistics.ts';
import { describeMachine, machine, store } from './store.ts';
import { startTarget, urlOf } from './target.ts';
import { engine } from './tools/ours.ts';

/** The parts of V8's profile that are read; times are in microseconds. */
type CpuProfile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
};

const ROOT = join(import.meta.dirname, '..');
const SHOWN = 40;

/** The engine's CPU time per request in a closed loop, by function (self time). */
export async function benchProfile(options: Options, log: Log): Promise<void> {
  for (const scenario of SCENARIOS.filter(({ name }) => options.scenarios.includes(name))) {
    const result = await withTempDir(async (dir) => {
      const target = await (scenario.protocol === 'grpc' ? startGrpcTarget(0, log) : startTarget(dir, [0], log));
      try {
        const own = join(dir, 'engine');
        mkdirSync(own);
        const { certificate } = target;
        const job = { scenario, url: urlOf(target, scenario), seconds: options.seconds, certificate, dir: own };
        const invocation = engine.invoke(await engine.install(log), job);
        if ('cannot' in invocation) throw new Error(invocation.cannot);
        const file = join(options.out, `${scenario.name}.cpuprofile`);
        mkdirSync(options.out, { recursive: true });
        const run = await measured([...invocation.command, file], {
          cores: [1],
          env: invocation.env,
          timeoutMs: options.seconds * 1e3 + 60_000,
        });
        if (run.code !== 0) throw new Error(run.stderr);
        const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
        return { scenario: scenario.title, requests: await target.requests(), ...selfTimes(profile) };
      } finally {
        await target.close();
      }
    });
    const name = `profile-${scenario.name}`;
    const whole = { machine: machine(), ...result };
    store(options.out, name, whole, report(whole), log);
  }
}

type SelfTime = { place: string; us: number };

/** Self time of each function, in descending order. */
function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): { self: SelfTime[]; totalUs: number } {
  const names = new Map(nodes.map(({ id, callFrame: f }) => [id, placeOf(f)]));
  const byPlace = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const place = names.get(id)!;
    byPlace.set(place, (byPlace.get(place) ?? 0) + timeDeltas[i]!);
  }
  byPlace.delete('(idle)');
  const self = [...byPlace].map(([place, us]) => ({ place, us })).sort((a, b) => b.us - a.us);
  return { self, totalUs: self.reduce((sum, s) => sum + s.us, 0) };
}

function placeOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName;
  return `${functionName || 'anonymous'} ${url.replace(`file://${ROOT}/`, '')}:${lineNumber + 1}`;
}

function report(result: {
  machine: ReturnType<typeof machine>;
  scenario: string;
  requests: number;
  self: SelfTime[];
  totalUs: number;
}) {
  const { requests, self, totalUs } = result;
  const rows = self
    .slice(0, SHOWN)
    .map(({ place, us }) => [
      `${((1e3 * us) / requests).toFixed(0)}`,
      `${((100 * us) / totalUs).toFixed(1)}%`,
      `\`${place}\``,
    ]);
  return [
    `# CPU time of the engine by function: ${result.scenario}`,
    '',
    describeMachine(result.machine),
    `${requests.toLocaleString('en')} requests, ${(totalUs / requests).toFixed(2)} µs each with the profiler running.`,
    '',
    table(['ns per request', 'share', 'function'], rows),
  ].join('\n');
}
