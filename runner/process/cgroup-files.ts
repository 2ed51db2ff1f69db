/**
 * Parses the kernel's files about a process's CPU limit (CFS bandwidth control): in cgroup v1 and v2, in a container with or without a cgroup
 * namespace, and on a host. cgroup.ts reads the files.
 */

/** A cgroup's CPU limit: its threads together may run for `quotaUs` in every `periodUs`. */
export type CpuQuota = { quotaUs: number; periodUs: number };

/** The time for which threads of a cgroup were throttled, and the number of periods with throttling, since the cgroup was created. */
export type Throttling = { throttledUs: number; periods: number };

export type CgroupVersion = 1 | 2;

/**
 * The directories of the cgroup of a process and of its visible ancestors, the innermost first. Each may have a CPU limit, and the tightest
 * applies. Undefined without a CPU controller.
 *
 * @param membership /proc/self/cgroup: lines of "id:controllers:path"; v2 is "0::path", and has the CPU controller unless v1 has it.
 * @param mounts /proc/self/mountinfo: "… root mountpoint options … - type source options".
 */
export function cpuDirectories(
  membership: string,
  mounts: string,
): { version: CgroupVersion; directories: string[] } | undefined {
  const groups = membership.split('\n').flatMap((line) => {
    const [id, controllers, ...path] = line.split(':');
    return controllers === undefined ? [] : { id, controllers: controllers.split(','), path: path.join(':') };
  });
  const first = groups.find((g) => g.controllers.includes('cpu'));
  const group = first ?? groups.find((g) => g.id === '0');
  const version = first === undefined ? 2 : 1;
  const mount = mounts.split('\n').map(parseMount).find(carriesCpu(version));
  if (group === undefined || mount === undefined) return undefined;
  return { version, directories: upwards(mount.mountPoint, below(mount.root, group.path)) };
}

type Mount = { root: string; mountPoint: string; type: string; options: string[] };

function parseMount(line: string): Mount | undefined {
  const [location, source] = line.split(' - ');
  const [, , , root, mountPoint] = location!.split(' ');
  const [type, , options] = source?.split(' ') ?? [];
  if (root === undefined || mountPoint === undefined || type === undefined) return undefined;
  return { root: decodeOctal(root), mountPoint: decodeOctal(mountPoint), type, options: options?.split(',') ?? [] };
}

function carriesCpu(version: CgroupVersion): (mount: Mount | undefined) => mount is Mount {
  return (mount): mount is Mount =>
    version === 1 ? mount?.type === 'cgroup' && mount.options.includes('cpu') : mount?.type === 'cgroup2';
}

/** Decodes the octal escapes of mountinfo, such as those of spaces. */
function decodeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * The path of a cgroup within a mount of `root`, in parts. A container without a cgroup namespace reads its path on the host, of which only
 * the part below the mount's root is visible; empty when nothing of it is, because the root is then the closest.
 */
function below(root: string, path: string): string[] {
  const parts = (text: string) => text.split('/').filter(Boolean);
  const [rootParts, pathParts] = [parts(root), parts(path)];
  if (pathParts.includes('..') || rootParts.some((part, i) => part !== pathParts[i])) return [];
  return pathParts.slice(rootParts.length);
}

function upwards(mountPoint: string, parts: readonly string[]): string[] {
  return Array.from({ length: parts.length + 1 }, (_, up) =>
    [mountPoint, ...parts.slice(0, parts.length - up)].join('/'),
  );
}

/** Parses cpu.max of v2: "max 100000" or "50000 100000"; undefined without a limit. */
export function parseCpuMax(text: string): CpuQuota | undefined {
  const [quota, period] = text.trim().split(' ');
  return quotaOf(Number(quota), Number(period));
}

/** Parses cpu.cfs_quota_us and cpu.cfs_period_us of v1; undefined without a limit, which is a quota of -1. */
export function parseCfsQuota(quota: string, period: string): CpuQuota | undefined {
  return quotaOf(Number(quota), Number(period));
}

function quotaOf(quotaUs: number, periodUs: number): CpuQuota | undefined {
  return quotaUs > 0 && periodUs > 0 ? { quotaUs, periodUs } : undefined;
}

/** Parses cpu.stat of v1 (throttled_time, nanoseconds) and v2 (throttled_usec); undefined when the kernel does not count throttling. */
export function parseCpuStat(text: string): Throttling | undefined {
  const fields = new Map(text.split('\n').map((line) => line.split(' ') as [string, string]));
  const periods = Number(fields.get('nr_throttled'));
  const throttledUs = Number(fields.get('throttled_usec') ?? Number(fields.get('throttled_time')) / 1e3);
  return Number.isNaN(periods + throttledUs) ? undefined : { throttledUs, periods };
}

/**
 * An upper bound of the time for which a thread was throttled between two readings, microseconds. The kernel adds up the times of all CPUs,
 * which exceeds the elapsed time when several were throttled; the periods with throttling exceed it when each was short. The smaller of
 * the two is the tighter bound.
 */
export function throttledBetween(before: Throttling, after: Throttling, { periodUs }: CpuQuota): number {
  return Math.max(0, Math.min(after.throttledUs - before.throttledUs, (after.periods - before.periods) * periodUs));
}

/**
 * The number of busy threads for a CPU limit of `cores` and `cpus` usable CPUs. It is rounded down: one thread more would use up the limit
 * early in each period, and all threads would be throttled for the rest of it.
 */
export function threadsWithin(cores: number, cpus: number): number {
  return Math.max(1, Math.min(cpus, Math.floor(cores)));
}
