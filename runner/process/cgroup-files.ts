/**
 * What the kernel tells of a process's CPU limit (CFS bandwidth control), from the texts of its files: in cgroup v1 and v2, in a container
 * with or without a cgroup namespace, and on a host. Only reading the files is left to others.
 */

/** A cgroup's CPU limit: in every period of `periodUs`, its threads together may run for `quotaUs`. */
export type CpuQuota = { quotaUs: number; periodUs: number };

/** For how long threads of a cgroup were kept from running, and in how many periods; since the cgroup was made. */
export type Throttling = { throttledUs: number; periods: number };

export type CgroupVersion = 1 | 2;

/**
 * The directories of the cgroup that limits a process's CPU and of all those above it that can be seen, the innermost first: each of them
 * may have a limit, and the tightest holds. Empty when there is no CPU controller.
 *
 * @param membership /proc/self/cgroup: lines of "id:controllers:path"; v2 is "0::path", and has the CPU controller where v1 has not.
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
  const [place, source] = line.split(' - ');
  const [, , , root, mountPoint] = place!.split(' ');
  const [type, , options] = source?.split(' ') ?? [];
  if (root === undefined || mountPoint === undefined || type === undefined) return undefined;
  return { root: readable(root), mountPoint: readable(mountPoint), type, options: options?.split(',') ?? [] };
}

function carriesCpu(version: CgroupVersion): (mount: Mount | undefined) => mount is Mount {
  return (mount): mount is Mount =>
    version === 1 ? mount?.type === 'cgroup' && mount.options.includes('cpu') : mount?.type === 'cgroup2';
}

/** Spaces and the like stand in mountinfo as octal numbers. */
function readable(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * Where a cgroup lies in a mount of `root`. A container without a cgroup namespace is told its path on the host, of which only what lies
 * below the mount's root can be seen; if none does, the root is the closest.
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

/** cpu.max of v2: "max 100000", or "50000 100000"; undefined: no limit. */
export function parseCpuMax(text: string): CpuQuota | undefined {
  const [quota, period] = text.trim().split(' ');
  return quotaOf(Number(quota), Number(period));
}

/** cpu.cfs_quota_us and cpu.cfs_period_us of v1; a quota of -1 is none. */
export function parseCfsQuota(quota: string, period: string): CpuQuota | undefined {
  return quotaOf(Number(quota), Number(period));
}

function quotaOf(quotaUs: number, periodUs: number): CpuQuota | undefined {
  return quotaUs > 0 && periodUs > 0 ? { quotaUs, periodUs } : undefined;
}

/** cpu.stat of v1 (throttled_time, nanoseconds) and v2 (throttled_usec); undefined where the kernel does not count. */
export function parseCpuStat(text: string): Throttling | undefined {
  const fields = new Map(text.split('\n').map((line) => line.split(' ') as [string, string]));
  const periods = Number(fields.get('nr_throttled'));
  const throttledUs = Number(fields.get('throttled_usec') ?? Number(fields.get('throttled_time')) / 1e3);
  return Number.isNaN(periods + throttledUs) ? undefined : { throttledUs, periods };
}

/**
 * For how long at most some thread was kept from running between two looks, microseconds. The kernel adds up the time of every CPU that
 * was stopped, which is more than a clock shows when there were several; and it counts the periods that had a stop in them, which is
 * more when the stops were short. Neither is below the time by the clock, so the smaller one is nearest to it.
 */
export function throttledBetween(before: Throttling, now: Throttling, { periodUs }: CpuQuota): number {
  return Math.max(0, Math.min(now.throttledUs - before.throttledUs, (now.periods - before.periods) * periodUs));
}

/**
 * The threads that a CPU limit of `cores` and `cpus` usable CPUs leave room for. Of a limit's fraction no thread is made: together they
 * would use up the limit early in each period, and all of them would stand still for the rest of it.
 */
export function threadsWithin(cores: number, cpus: number): number {
  return Math.max(1, Math.min(cpus, Math.floor(cores)));
}
