import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadTest } from '../../api/loadtest.ts';
import { withTempDir } from '../cluster/tempdir.ts';

const V1 = '/sys/fs/cgroup/cpu';
const V2 = '/sys/fs/cgroup';
const CLI = join(import.meta.dirname, '../../cli/main.ts');

/** A cgroup in which all threads together may use a tenth of a core, and get it even on a busy machine; undefined where none can be made. */
function limitedGroup(): string | undefined {
  const name = `loadtest-throttling-${process.pid}`;
  const controllers = join(V2, 'cgroup.subtree_control');
  const isV2 = existsSync(controllers) && readFileSync(controllers, 'utf8').includes('cpu');
  const directory = join(isV2 ? V2 : V1, name);
  try {
    mkdirSync(directory);
  } catch {
    return undefined;
  }
  try {
    writeFileSync(join(directory, isV2 ? 'cpu.max' : 'cpu.cfs_quota_us'), isV2 ? '10000 100000' : '10000');
    writeFileSync(join(directory, isV2 ? 'cpu.weight' : 'cpu.shares'), '10000');
    return directory;
  } catch {
    rmdirSync(directory);
    return undefined;
  }
}

async function removeGroup(directory: string): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; await sleep(100)) {
    try {
      rmdirSync(directory);
      return;
    } catch {
      // A process that has just ended is still in it.
    }
  }
}

/** A finished run of `file` inside the cgroup; a verdict other than passed is an exit code of its own. */
function runIn(directory: string, file: string): Promise<LoadTest> {
  const enter = `echo $$ > "$0/cgroup.procs" && exec "$@"`;
  const args = ['-c', enter, directory, process.execPath, CLI, 'run', file, '-o', 'json'];
  return new Promise((done, fail) => {
    execFile('/bin/sh', args, { timeout: 120_000 }, (error, stdout, stderr) => {
      if (stdout === '') fail(error ?? new Error(stderr));
      else done(JSON.parse(stdout) as LoadTest);
    });
  });
}

test('a CPU limit that stops the generator is told, and makes its result inconclusive', async (t: TestContext) => {
  const group = limitedGroup();
  if (group === undefined) {
    t.skip('needs root and a cgroup of its own with the CPU controller');
    return;
  }
  const server = createServer((_, response) => response.end('ok'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    await withTempDir(async (dir) => {
      const file = join(dir, 'test.yaml');
      const test = {
        apiVersion: 'loadtest.dev/v1alpha1',
        kind: 'LoadTest',
        metadata: { name: 'throttled' },
        spec: {
          target: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
          load: { type: 'Open', open: { stages: [{ duration: '3s', rate: 3000 }] } },
          thresholds: [{ metric: 'responseTime.p99', max: '1ms' }],
        },
      };
      writeFileSync(file, JSON.stringify(test));
      const { status } = await runIn(group, file);
      const throttled = Number.parseFloat(status?.generator?.throttled ?? '');
      assert.ok(throttled > 5 && throttled <= 100, `throttled ${status?.generator?.throttled}`);
      const condition = (type: string) => status?.conditions?.find((c) => c.type === type);
      assert.equal(condition('GeneratorSaturated')?.reason, 'CPUThrottled');
      assert.match(
        condition('GeneratorSaturated')?.message ?? '',
        /its CPU limit stopped it .*% of the time; raise the CPU limit/,
      );
      assert.equal(condition('Passed')?.status, 'Unknown');
    });
  } finally {
    server.close();
    server.closeAllConnections();
    await removeGroup(group);
  }
});
