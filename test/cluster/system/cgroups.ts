import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './wait.ts';

const root = '/sys/fs/cgroup';

/** The controllers that kubelet requires of its root cgroup. */
const controllers = ['cpu', 'cpuset', 'memory', 'pids', 'hugetlb', 'io'];

/** Whether this machine confines containers with cgroup v2 only; otherwise with the controllers of v1. */
export function hasUnifiedCgroups(): boolean {
  return existsSync(join(root, 'cgroup.controllers'));
}

/** The hierarchies on this machine: the one of cgroup v2, or one per controller of v1. */
function hierarchies(): string[] {
  if (hasUnifiedCgroups()) return [root];
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((dir) => existsSync(join(dir, 'cgroup.procs')));
}

/** The controllers of `wanted` that a cgroup v2 has but does not yet enable for its children. */
export function controllersToEnable(available: string, enabled: string, wanted: readonly string[]): string[] {
  const have = available.trim().split(/\s+/);
  const on = enabled.trim().split(/\s+/);
  return wanted.filter((name) => have.includes(name) && !on.includes(name));
}

/** Enables the controllers of cgroup v2 for child cgroups; fails without permission, as in an unprivileged container. */
export function enableControllers(dir: string = root): void {
  const read = (file: string) => readFileSync(join(dir, file), 'utf8');
  const missing = controllersToEnable(read('cgroup.controllers'), read('cgroup.subtree_control'), controllers);
  if (missing.length === 0) return;
  writeFileSync(join(dir, 'cgroup.subtree_control'), missing.map((name) => `+${name}`).join(' '));
}

/** Creates the root cgroup of a node's pods. */
export function createCgroups(cgroupRoot: string): void {
  for (const hierarchy of hierarchies()) {
    if (hierarchy === root) enableControllers();
    const dir = join(hierarchy, cgroupRoot);
    mkdirSync(dir, { recursive: true });
    // A new cpuset of v1 has no CPU, so that no process can run in it.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const inherited = join(hierarchy, file);
      if (hierarchy !== root && existsSync(inherited)) writeFileSync(join(dir, file), readFileSync(inherited));
    }
  }
}

/**
 * Deletes a root cgroup with the cgroups of all pods, which must be empty. The kernel frees a cgroup a moment after the exit of its last
 * process.
 */
export async function deleteCgroups(cgroupRoot: string): Promise<void> {
  const deleteAll = () => {
    for (const hierarchy of hierarchies()) deleteTree(join(hierarchy, cgroupRoot));
    return true;
  };
  await until(`cgroup ${cgroupRoot} without processes`, deleteAll, { timeoutMs: 10_000 });
}

/** Removes only folders, innermost first, because the kernel removes the files in them. */
function deleteTree(dir: string): void {
  if (!existsSync(dir)) return;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) deleteTree(join(dir, entry.name));
  }
  rmdirSync(dir);
}
