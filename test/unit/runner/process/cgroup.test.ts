import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readCpuLimits } from '../../../../runner/process/cgroup.ts';
import {
  cpuDirectories,
  parseCfsQuota,
  parseCpuMax,
  parseCpuStat,
  threadsWithin,
  throttledBetween,
} from '../../../../runner/process/cgroup-files.ts';
import { withTempDir } from '../../../cluster/system/tempdir.ts';

const V1_HOST = [
  '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct',
  '34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset',
  '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
].join('\n');
const V1_MEMBER =
  '12:memory:/user.slice\n5:cpu,cpuacct:/system.slice/k.service\n3:cpuset:/\n1:name=systemd:/x\n0::/system.slice/k.service\n';
const V1_CONTAINER =
  '700 690 0:29 /kubepods/burstable/pod1/abc /sys/fs/cgroup/cpu,cpuacct ro,nosuid master:9 - cgroup cgroup rw,cpu,cpuacct\n';
const V2_HOST = '35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n';

const DIRECTORIES: [what: string, membership: string, mounts: string, expected: string][] = [
  [
    'v1 on a host',
    V1_MEMBER,
    V1_HOST,
    '1 /sys/fs/cgroup/cpu,cpuacct/system.slice/k.service /sys/fs/cgroup/cpu,cpuacct/system.slice /sys/fs/cgroup/cpu,cpuacct',
  ],
  [
    'v1 in a container without a cgroup namespace, which sees its path on the host',
    '5:cpu,cpuacct:/kubepods/burstable/pod1/abc\n0::/\n',
    V1_CONTAINER,
    '1 /sys/fs/cgroup/cpu,cpuacct',
  ],
  [
    'v1 in a cgroup below that of its container',
    '5:cpu,cpuacct:/kubepods/burstable/pod1/abc/inner\n',
    V1_CONTAINER,
    '1 /sys/fs/cgroup/cpu,cpuacct/inner /sys/fs/cgroup/cpu,cpuacct',
  ],
  ['v1 with a cgroup namespace', '5:cpu,cpuacct:/\n', V1_CONTAINER, '1 /sys/fs/cgroup/cpu,cpuacct'],
  ['v2 in a container', '0::/\n', V2_HOST, '2 /sys/fs/cgroup'],
  [
    'v2 on a host',
    '0::/user.slice/run.scope\n',
    V2_HOST,
    '2 /sys/fs/cgroup/user.slice/run.scope /sys/fs/cgroup/user.slice /sys/fs/cgroup',
  ],
  ['v2 outside of its namespace, with the root as the closest cgroup', '0::/../other\n', V2_HOST, '2 /sys/fs/cgroup'],
  ['a mount point with a space', '0::/\n', '35 24 0:30 / /my\\040cgroup rw - cgroup2 cgroup2 rw\n', '2 /my cgroup'],
  ['v2 that is not mounted', '0::/\n', '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n', 'none'],
  ['not Linux', '', '', 'none'],
];

test('cpuDirectories finds the cgroups that limit the CPU', async (t) => {
  for (const [what, membership, mounts, expected] of DIRECTORIES) {
    await t.test(what, () => {
      const found = cpuDirectories(membership, mounts);
      assert.equal(found === undefined ? 'none' : [found.version, ...found.directories].join(' '), expected);
    });
  }
});

test('limits and statistics of both versions are parsed', () => {
  assert.equal(parseCpuMax('max 100000\n'), undefined);
  assert.deepEqual(parseCpuMax('50000 100000\n'), { quotaUs: 50_000, periodUs: 100_000 });
  assert.equal(parseCfsQuota('-1\n', '100000\n'), undefined);
  assert.deepEqual(parseCfsQuota('150000\n', '100000\n'), { quotaUs: 150_000, periodUs: 100_000 });
  assert.deepEqual(
    parseCpuStat('nr_periods 120\nnr_throttled 30\nthrottled_time 1500000000\nnr_bursts 0\nburst_time 0\n'),
    { throttledUs: 1_500_000, periods: 30 },
  );
  assert.deepEqual(
    parseCpuStat(
      'usage_usec 900\nuser_usec 600\nsystem_usec 300\nnr_periods 120\nnr_throttled 30\nthrottled_usec 1500000\n',
    ),
    { throttledUs: 1_500_000, periods: 30 },
  );
  assert.equal(parseCpuStat('usage_usec 900\nuser_usec 600\nsystem_usec 300\n'), undefined, "v2's root");
});

const QUOTA = { quotaUs: 100_000, periodUs: 100_000 };
const THROTTLED: [what: string, throttledMs: number, periods: number, expectedMs: number][] = [
  ['one CPU, throttled for half of each period', 500, 10, 500],
  ['two CPUs throttled at the same time, of which the kernel reports the sum', 2000, 10, 1000],
  ['no throttling', 0, 0, 0],
];
test('throttledBetween computes the time for which threads were throttled', async (t) => {
  for (const [what, throttledMs, periods, expectedMs] of THROTTLED) {
    await t.test(what, () => {
      const before = { throttledUs: 7e6, periods: 70 };
      const now = { throttledUs: before.throttledUs + throttledMs * 1e3, periods: before.periods + periods };
      assert.equal(throttledBetween(before, now, QUOTA), expectedMs * 1e3);
    });
  }
});

test('the number of threads is the number of whole cores within the limit', () => {
  const rows = [
    [Infinity, 8, 8],
    [4, 8, 4],
    [2.9, 8, 2],
    [0.5, 8, 1],
    [16, 8, 8],
  ] as const;
  for (const [cores, cpus, threads] of rows) assert.equal(threadsWithin(cores, cpus), threads);
});

function writeFiles(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

test('the limit of a v2 container is read', () =>
  withTempDir(async (root) => {
    const stat = (throttled: number) => `usage_usec 1\nnr_periods 90\nnr_throttled 80\nthrottled_usec ${throttled}\n`;
    writeFiles(root, {
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': V2_HOST,
      'sys/fs/cgroup/cpu.max': '50000 100000\n',
      'sys/fs/cgroup/cpu.stat': stat(1000),
    });
    const limits = readCpuLimits(root);
    assert.equal(limits.cores, 0.5);
    assert.equal(limits.throttledMs(), 0);
    writeFiles(root, { 'sys/fs/cgroup/cpu.stat': stat(251_000).replace('throttled 80', 'throttled 85') });
    assert.equal(limits.throttledMs(), 250);
  }));

test('the tighter limit of a v1 cgroup and its parent applies', () =>
  withTempDir(async (root) => {
    const at = (path: string, quota: number) => ({
      [`${path}/cpu.cfs_quota_us`]: `${quota}\n`,
      [`${path}/cpu.cfs_period_us`]: '100000\n',
      [`${path}/cpu.stat`]: 'nr_periods 9\nnr_throttled 0\nthrottled_time 0\n',
    });
    writeFiles(root, {
      'proc/self/cgroup': '5:cpu,cpuacct:/outer/inner\n',
      'proc/self/mountinfo': V1_HOST,
      ...at('sys/fs/cgroup/cpu,cpuacct', -1),
      ...at('sys/fs/cgroup/cpu,cpuacct/outer', 150_000),
      ...at('sys/fs/cgroup/cpu,cpuacct/outer/inner', 300_000),
    });
    assert.equal(readCpuLimits(root).cores, 1.5);
  }));

test('without a limit or cgroups, no throttling is reported', () =>
  withTempDir(async (root) => {
    assert.equal(readCpuLimits(root).throttledMs(), undefined);
    writeFiles(root, {
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': V2_HOST,
      'sys/fs/cgroup/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/cpu.stat': 'nr_periods 0\nnr_throttled 0\nthrottled_usec 0\n',
    });
    assert.equal(readCpuLimits(root).cores, Number.POSITIVE_INFINITY);
    assert.equal(readCpuLimits(root).throttledMs(), undefined);
  }));
