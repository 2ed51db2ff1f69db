import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './wait.ts';

const root = '/sys/fs/cgroup';

/** What kubelet asks of a cgroup before it accepts it as its root. */
const controllers = ['cpu', 'cpuset', 'memory', 'pids', 'hugetlb', 'io'];

/** Whether containers on this machine are confined by cgroup v2 only, or by the controllers of v1. */
export function hasUnifiedCgroups(): boolean {
  return existsSync(join(root, 'cgroup.controllers'));
}

/** The hierarchies on this machine: the one of cgroup v2, or each controller's own of v1. */
function hierarchies(): string[] {
  if (hasUnifiedCgroups()) return [root];
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((dir) => existsSync(join(dir, 'cgroup.procs')));
}

/** The cgroup v2 controllers of `wanted` that a cgroup has but does not pass on to its children yet. */
export function controllersToEnable(available: string, enabled: string, wanted: readonly string[]): string[] {
  const have = available.trim().split(/\s+/);
  const on = enabled.trim().split(/\s+/);
  return wanted.filter((name) => have.includes(name) && !on.includes(name));
}

/** Passes the controllers of cgroup v2 down; fails where this process may not, as in an unprivileged container. */
export function enableControllers(dir: string = root): void {
  const read = (file: string) => readFileSync(join(dir, file), 'utf8');
  const missing = controllersToEnable(read('cgroup.controllers'), read('cgroup.subtree_control'), controllers);
  if (missing.length === 0) return;
  writeFileSync(join(dir, 'cgroup.subtree_control'), missing.map((name) => `+${name}`).join(' '));
}

/** Makes the root cgroup of a node's pods. */
export function createCgroups(cgroupRoot: string): void {
  for (const hierarchy of hierarchies()) {
    if (hierarchy === root) enableControllers();
    const dir = join(hierarchy, cgroupRoot);
    mkdirSync(dir, { recursive: true });
    // A cpuset of v1 starts without any CPU, and nothing can run in it then.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const inherited = join(hierarchy, file);
      if (hierarchy !== root && existsSync(inherited)) writeFileSync(join(dir, file), readFileSync(inherited));
    }
  }
}

/**
 * Deletes a root cgroup again with all pods' cgroups, which must hold no process any more. The kernel lets go of one a moment after its
 * last process.
 */
export async function deleteCgroups(cgroupRoot: string): Promise<void> {
  const deleteAll = () => {
    for (const hierarchy of hierarchies()) deleteTree(join(hierarchy, cgroupRoot));
    return true;
  };
  await until(`cgroup ${cgroupRoot} without processes`, deleteAll, { timeoutMs: 10_000 });
}

/** The kernel's files in a cgroup go with it; only the folders are removed, innermost first. */
function deleteTree(dir: string): void {
  if (!existsSync(dir)) return;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) deleteTree(join(dir, entry.name));
  }
  rmdirSync(dir);
}
