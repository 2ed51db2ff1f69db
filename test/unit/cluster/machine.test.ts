import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { programName } from '../../cluster/build/binaries.ts';
import { missingPackages } from '../../cluster/build/packages.ts';
import { parseLdd } from '../../cluster/build/rootfs.ts';
import { parseGoVersion } from '../../cluster/build/toolchain.ts';
import { isAtLeast } from '../../cluster/build/versions.ts';
import { type Machine, reasonsAgainst } from '../../cluster/probe.ts';
import { controllersToEnable } from '../../cluster/system/cgroups.ts';

const machine: Machine = {
  platform: 'linux',
  arch: 'x64',
  isRoot: true,
  canInstall: true,
  canHaveGo: true,
  missing: { integration: ['openssl'], e2e: ['openssl', 'runc'] },
  cgroupProblem: undefined,
  hasOtherCluster: false,
};
const user: Partial<Machine> = { isRoot: false, canInstall: false };

describe('cluster: the tiers of a machine', () => {
  for (const { title, tier, change, reasons } of [
    { title: 'root with a package manager can run all tiers', tier: 'e2e', change: {}, reasons: [] },
    {
      title: 'a user with the tools can run the control plane',
      tier: 'integration',
      change: { ...user, missing: { integration: [], e2e: [] } },
      reasons: [],
    },
    {
      title: 'a user cannot run a node',
      tier: 'e2e',
      change: { ...user, missing: { integration: [], e2e: [] } },
      reasons: [/needs root/],
    },
    {
      title: 'a user cannot install missing packages',
      tier: 'integration',
      change: user,
      reasons: [/^missing packages: openssl$/],
    },
    {
      title: 'a machine without Go cannot build the control plane',
      tier: 'integration',
      change: { canHaveGo: false },
      reasons: [/no go command/],
    },
    {
      title: 'a Mac can run neither tier',
      tier: 'integration',
      change: { platform: 'darwin' },
      reasons: [/runs on Linux, this is darwin/],
    },
    {
      title: 'an unknown architecture can run neither tier',
      tier: 'integration',
      change: { arch: 's390x' },
      reasons: [/s390x/],
    },
    { title: 'pods need cgroups', tier: 'e2e', change: { cgroupProblem: 'read-only' }, reasons: [/read-only/] },
    {
      title: 'a control plane does not need cgroups',
      tier: 'integration',
      change: { cgroupProblem: 'read-only' },
      reasons: [],
    },
    {
      title: 'a user can run e2e on another cluster',
      tier: 'e2e',
      change: { ...user, hasOtherCluster: true, missing: { integration: [], e2e: ['runc'] } },
      reasons: [],
    },
  ] as const) {
    it(title, () => {
      const found = reasonsAgainst(tier, { ...machine, ...change });
      assert.equal(found.length, reasons.length, found.join('; '));
      for (const [index, reason] of reasons.entries()) assert.match(found[index] ?? '', reason);
    });
  }

  it('lists each missing package once', () => {
    const tools = [
      { program: 'a', package: 'one' },
      { program: 'b', package: 'one' },
      { program: 'c', package: 'two' },
    ];
    assert.deepEqual(
      missingPackages(tools, (program) => (program === 'c' ? '/bin/c' : undefined)),
      ['one'],
    );
  });

  it('compares versions as numbers', () => {
    assert.ok(isAtLeast('1.26.8', '1.26.7'));
    assert.ok(isAtLeast('1.27', '1.26.7'));
    assert.ok(isAtLeast('1.26.0', '1.26'));
    assert.ok(!isAtLeast('1.9.9', '1.26.7'));
    assert.ok(!isAtLeast('1.26', '1.26.7'));
  });

  it('parses the version of Go', () => {
    assert.equal(parseGoVersion('go version go1.26.8 linux/amd64\n'), '1.26.8');
    assert.equal(parseGoVersion('go version go1.19 linux/arm64'), '1.19');
    assert.equal(parseGoVersion('bash: not found'), undefined);
  });

  it('derives the name that go build gives a program', () => {
    assert.equal(programName('k8s.io/kubernetes/cmd/kubelet'), 'kubelet');
    assert.equal(programName('go.etcd.io/etcd/server/v3'), 'server');
  });

  it('parses the libraries that ldd lists', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007ffd)',
      '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f01)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f02)',
    ].join('\n');
    assert.deepEqual(parseLdd(output), ['/lib/x86_64-linux-gnu/libm.so.6', '/lib64/ld-linux-x86-64.so.2']);
  });

  it('enables the available cgroup controllers that are not enabled yet', () => {
    const wanted = ['cpu', 'memory', 'io'];
    assert.deepEqual(controllersToEnable('cpuset cpu memory pids\n', 'cpu\n', wanted), ['memory']);
    assert.deepEqual(controllersToEnable('cpu\n', '\n', wanted), ['cpu']);
  });
});
