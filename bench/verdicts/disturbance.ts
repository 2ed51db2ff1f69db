import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { limitedGroup, removeGroup } from '../../test/integration/support/limited.ts';

/** The generator, which runs on one core, and the time at which its load begins. */
export type Victim = { pid: number; core: number; startMs: number };

/**
 * Something that delays the generator; `id` is its name on the command line. `begin` returns the function that ends it. `env`: further
 * environment of the generator.
 */
export type Disturbance = {
  id: string;
  name: string;
  env?: NodeJS.ProcessEnv;
  begin: (victim: Victim) => () => Promise<void>;
};

const nothing = async () => {};

export const DISTURBANCES: readonly Disturbance[] = [
  { id: 'none', name: 'none', begin: () => nothing },
  { id: 'stop-50ms', name: 'stopped once for 50 ms', begin: (v) => stops(v, [{ at: 900, forMs: 50 }]) },
  { id: 'stop-120ms', name: 'stopped once for 120 ms', begin: (v) => stops(v, [{ at: 900, forMs: 120 }]) },
  { id: 'stop-400ms', name: 'stopped once for 400 ms', begin: (v) => stops(v, [{ at: 900, forMs: 400 }]) },
  {
    id: 'stops-50ms',
    name: 'stopped for 50 ms, eight times',
    begin: (v) =>
      stops(
        v,
        Array.from({ length: 8 }, (_, i) => ({ at: 150 + 230 * i, forMs: 50 })),
      ),
  },
  { id: 'busy-1', name: 'core shared with 1 busy process', begin: (v) => busy(v, 1) },
  { id: 'busy-3', name: 'core shared with 3 busy processes', begin: (v) => busy(v, 3) },
  {
    id: 'busy-3-in-turns',
    name: 'core shared with 3 for a third of the time',
    begin: (v) => busy(v, 3, { onMs: 200, offMs: 400 }),
  },
  { id: 'cpu-limit', name: 'CPU limit of a tenth of a core', begin: limit },
  {
    id: 'garbage',
    name: 'garbage',
    env: { NODE_OPTIONS: `--import=${join(import.meta.dirname, 'garbage.ts')}` },
    begin: () => nothing,
  },
];

/** Stops the process at times of the load. */
function stops({ pid, startMs }: Victim, times: readonly { at: number; forMs: number }[]): () => Promise<void> {
  const ended = (async () => {
    for (const { at, forMs } of times) {
      await sleep(Math.max(0, startMs + at - Date.now()));
      process.kill(pid, 'SIGSTOP');
      await sleep(forMs);
      process.kill(pid, 'SIGCONT');
    }
  })();
  return () => ended;
}

/** Keeps the core busy, all the time or in turns. */
function busy({ core }: Victim, processes: number, turns?: { onMs: number; offMs: number }): () => Promise<void> {
  const children = Array.from({ length: processes }, () =>
    spawn('taskset', ['-c', String(core), process.execPath, '-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  const all = (signal: NodeJS.Signals) => children.forEach((child: ChildProcess) => void child.kill(signal));
  let over = false;
  const alternating = (async () => {
    while (turns !== undefined && !over) {
      all('SIGSTOP');
      await sleep(turns.offMs);
      all('SIGCONT');
      await sleep(turns.onMs);
    }
  })();
  return async () => {
    over = true;
    await alternating;
    all('SIGKILL');
  };
}

function limit({ pid }: Victim): () => Promise<void> {
  const group = limitedGroup('cpu', { v1: { 'cpu.cfs_quota_us': '10000' }, v2: { 'cpu.max': '10000 100000' } });
  if (group === undefined) throw new Error('the CPU limit needs root and the CPU controller of cgroups');
  writeFileSync(join(group, 'cgroup.procs'), String(pid));
  return () => removeGroup(group);
}
