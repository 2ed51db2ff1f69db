import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasUnifiedCgroups } from '../cluster/system/cgroups.ts';
import { run } from '../cluster/system/run.ts';

/** The folder of the cgroup that limits a process's memory. */
function memoryCgroup(pid: number): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
  const of = (controllers: string) =>
    lines.map((line) => line.split(':')).find((parts) => parts[1] === controllers)?.[2];
  return hasUnifiedCgroups() ? join('/sys/fs/cgroup', of('') ?? '') : join('/sys/fs/cgroup/memory', of('memory') ?? '');
}

/**
 * Fills a container's memory until the kernel kills: first the process with the highest OOM score, which by the kubelet's setting is the
 * container's own, and then the filler.
 */
export async function fillMemory(pid: number): Promise<void> {
  const script = `echo $$ > ${memoryCgroup(pid)}/cgroup.procs && exec tail /dev/zero`;
  // The filler is always killed.
  await run(['sh', '-c', script]).catch(() => {});
}
