import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import { withTempDir } from '../cluster/system/tempdir.ts';
import { limitedGroup, removeGroup, runIn } from './support/limited.ts';

/** A tenth of a core for all threads together, which they get even on a busy machine. */
const TENTH_OF_A_CORE = {
  v1: { 'cpu.cfs_quota_us': '10000', 'cpu.shares': '10000' },
  v2: { 'cpu.max': '10000 100000', 'cpu.weight': '10000' },
};

test('throttling by a CPU limit is reported and makes the result inconclusive', async (t: TestContext) => {
  const group = limitedGroup('cpu', TENTH_OF_A_CORE);
  if (group === undefined) {
    t.skip('needs root and the CPU controller of cgroups');
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
          // Less than the 90 ms of each tenth of a second in which the limit stops the generator, more than a target on a busy machine takes.
          thresholds: [{ metric: 'responseTime.p99', max: '20ms' }],
        },
      };
      writeFileSync(file, JSON.stringify(test));
      const { stdout, stderr } = await runIn(group, file);
      assert.notEqual(stdout, '', stderr);
      const { status } = JSON.parse(stdout) as LoadTest;
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
