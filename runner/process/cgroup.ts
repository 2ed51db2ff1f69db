import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CgroupVersion,
  type CpuQuota,
  cpuDirectories,
  parseCfsQuota,
  parseCpuMax,
  parseCpuStat,
  type Throttling,
  throttledBetween,
} from './cgroup-files.ts';

/** A cgroup that limits this process's CPU, with its throttling when the limits were read. */
type Limit = { directory: string; quota: CpuQuota; before: Throttling };

/** The CPU limits that this process runs under. */
export interface CpuLimits {
  /** The cores that all threads together may use; Infinity without a limit. */
  readonly cores: number;
  /** The time for which threads were throttled since the limits were read; undefined without a limit. */
  throttledMs(): number | undefined;
}

/** Reads the limits of this process's cgroup and its ancestors. `root` is the root of the file system; tests pass another. */
export function readCpuLimits(root = '/'): CpuLimits {
  const limits = findLimits(root);
  const cores = Math.min(...limits.map(({ quota }) => quota.quotaUs / quota.periodUs));
  return {
    cores,
    throttledMs() {
      if (limits.length === 0) return undefined;
      const throttled = limits.map(({ directory, quota, before }) => {
        const after = readStat(directory);
        return after === undefined ? 0 : throttledBetween(before, after, quota) / 1e3;
      });
      return Math.max(...throttled);
    },
  };
}

function findLimits(root: string): Limit[] {
  const found = cpuDirectories(read(root, 'proc/self/cgroup') ?? '', read(root, 'proc/self/mountinfo') ?? '');
  if (found === undefined) return [];
  return found.directories.flatMap((path) => {
    const directory = join(root, path);
    const quota = readQuota(directory, found.version);
    const before = readStat(directory);
    return quota === undefined || before === undefined ? [] : { directory, quota, before };
  });
}

function readQuota(directory: string, version: CgroupVersion): CpuQuota | undefined {
  if (version === 2) return parseCpuMax(read(directory, 'cpu.max') ?? '');
  return parseCfsQuota(read(directory, 'cpu.cfs_quota_us') ?? '', read(directory, 'cpu.cfs_period_us') ?? '');
}

function readStat(directory: string): Throttling | undefined {
  const text = read(directory, 'cpu.stat');
  return text === undefined ? undefined : parseCpuStat(text);
}

/** The text of a file; undefined when it is absent or not readable, as on another system or in a restricted container. */
function read(directory: string, name: string): string | undefined {
  try {
    return readFileSync(join(directory, name), 'utf8');
  } catch {
    return undefined;
  }
}
