import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasUnifiedCgroups } from '../cluster/cgroups.ts';
import { run } from '../cluster/run.ts';

/** The folder of the cgroup that limits a process's memory. */
function memoryCgroup(pid: number): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
  const of = (controllers: string) =>
    lines.map((line) => line.split(':')).find((parts) => parts[1] === controllers)?.[2];
  return hasUnifiedCgroups() ? join('/sys/fs/cgroup', of('') ?? '') : join('/sys/fs/cgroup/memory', of('memory') ?? '');
}

/**
 * Fills the memory that a container may have, until the kernel kills: first who may least be spared, which is the container's own
 * process, as its kubelet has told the kernel, and then the filler.
 */
export async function fillMemory(pid: number): Promise<void> {
  const script = `echo $$ > ${memoryCgroup(pid)}/cgroup.procs && exec tail /dev/zero`;
  // It never ends well.
  await run(['sh', '-c', script]).catch(() => {});
}
