import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  isAlive,
  isSameProcess,
  Processes,
  type ProcessRecord,
  parseStat,
  recordOf,
} from '../../cluster/system/processes.ts';
import { containerProcesses, mountsBelow, podsOfResults } from '../../cluster/teardown.ts';

const tail = '4194560 0 0 0 0 0 0 0 0 20 0 7 0 12345 0 0';
const record: ProcessRecord = { name: 'etcd', pid: 42, startTime: '12345', bootId: 'boot' };

describe('cluster: processes', () => {
  it('parses the state, parent, threads and start time of a process with any name', () => {
    const expected = { state: 'S', parent: 7, threads: 7, startTime: '12345' };
    assert.deepEqual(parseStat(`42 (etcd) S 7 42 42 0 -1 ${tail}`), expected);
    assert.deepEqual(parseStat(`42 (a) R (b c)) S 7 42 42 0 -1 ${tail}`), expected);
  });

  for (const { title, stat, bootId = 'boot', same } of [
    {
      title: 'a process with the recorded start time and boot is the recorded one',
      stat: { state: 'S', startTime: '12345' },
      same: true,
    },
    { title: 'a process with another start time is not', stat: { state: 'S', startTime: '9' }, same: false },
    {
      title: 'a process of another boot is not',
      stat: { state: 'S', startTime: '12345' },
      bootId: 'next',
      same: false,
    },
    { title: 'a process that has ended is not', stat: { state: 'Z', startTime: '12345' }, same: false },
    {
      title: 'a process that is ending but still has threads is',
      stat: { state: 'Z', startTime: '12345', threads: 3 },
      same: true,
    },
    { title: 'a missing process is not', stat: undefined, same: false },
  ]) {
    it(title, () => {
      assert.equal(isSameProcess(record, stat && { parent: 1, threads: 1, ...stat }, bootId), same);
    });
  }

  it('identifies its own process', { skip: process.platform !== 'linux' }, () => {
    const self = recordOf('self', process.pid);
    assert.ok(self && isAlive(self));
    assert.equal(isAlive({ ...self, startTime: '1' }), false);
  });

  it('starts, monitors and stops programs', { skip: process.platform !== 'linux' }, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'loadtest-processes-test-'));
    const processes = new Processes(dir, ['env', 'GREETING=hello']);
    processes.start('sleeper', ['sh', '-c', 'echo $GREETING; exec sleep 60']);
    processes.assertAlive();
    const [first] = processes.records();
    assert.ok(first && isAlive(first));
    await processes.kill('sleeper');
    assert.throws(() => processes.assertAlive(), /sleeper has ended/);
    processes.restart('sleeper');
    const [started] = processes.records();
    assert.ok(started && isAlive(started) && started.pid !== first.pid);
    await processes.stop();
    assert.equal(isAlive(started), false);
    assert.deepEqual(processes.records(), []);

    processes.start('missing', ['/no/such/program']);
    await assert.rejects(async () => {
      for (;;) {
        processes.assertAlive();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }, /missing has ended:\n.*no\/such\/program/);
    assert.match(readFileSync(processes.logFile('missing'), 'utf8'), /no\/such\/program/);
    rmSync(dir, { recursive: true });
  });
});

describe('cluster: the property of a cluster that teardown removes', () => {
  const shim = (pid: number, socket: string) => ({
    pid,
    parent: 1,
    command: ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'k8s.io', '-address', socket],
  });

  it('includes the shims of its containerd and their descendants, in any order', () => {
    const all = [
      { pid: 12, parent: 11, command: ['grandchild'] },
      { pid: 11, parent: 10, command: ['child'] },
      shim(10, '/run/ours.sock'),
      shim(20, '/run/other.sock'),
      { pid: 21, parent: 20, command: ['child of another'] },
      { pid: 30, parent: 1, command: ['vim', '-address', '/run/ours.sock'] },
    ];
    assert.deepEqual(new Set(containerProcesses(all, '/run/ours.sock')), new Set([10, 11, 12]));
  });

  it('includes the mounts in its folders, innermost first, with escaped names decoded', () => {
    const mountinfo = [
      '1 0 8:1 / / rw - ext4 /dev/sda rw',
      '2 1 0:3 / /var/lib/ours rw - tmpfs tmpfs rw',
      '3 2 0:3 / /var/lib/ours/a\\040b rw - tmpfs tmpfs rw',
      '4 1 0:3 / /var/lib/ours-too rw - tmpfs tmpfs rw',
    ].join('\n');
    assert.deepEqual(mountsBelow(mountinfo, ['/var/lib/ours']), ['/var/lib/ours/a b', '/var/lib/ours']);
  });

  it('includes the pods on its network', () => {
    const [ours, other] = ['a'.repeat(64), 'b'.repeat(64)];
    const names = [`loadtest-operator-${ours}-eth0`, `cni-loopback-${ours}-lo`, `podman-${other}-eth0`];
    assert.deepEqual(podsOfResults(names), [ours]);
  });
});
