import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import { withTempDir } from '../cluster/system/tempdir.ts';
import { limitedGroup, removeGroup, runIn } from './support/limited.ts';

const LIMIT = `${320 * 2 ** 20}`;

/** Keeps a quarter of a megabyte per response: 200 in total. */
const HOARDER = `
  const kept = [];
  export function check() {
    kept.push(Array.from({ length: 32768 }, (_, i) => i + 0.5));
    return true;
  }
`;

test('a script that exceeds its share of the memory limit ends the run with the reason, and the kernel kills no process', async (t: TestContext) => {
  const group = limitedGroup('memory', { v1: { 'memory.limit_in_bytes': LIMIT }, v2: { 'memory.max': LIMIT } });
  if (group === undefined) {
    t.skip('needs root and the memory controller of cgroups');
    return;
  }
  const server = createServer((_, response) => response.end('ok'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    await withTempDir(async (dir) => {
      const file = join(dir, 'test.yaml');
      const script = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'hoard' },
        data: { 'hoard.js': HOARDER },
      };
      const loadTest = {
        apiVersion: 'loadtest.dev/v1alpha1',
        kind: 'LoadTest',
        metadata: { name: 'hoard' },
        spec: {
          target: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
          script: { configMapKeyRef: { name: 'hoard', key: 'hoard.js' } },
          load: { type: 'Open', open: { stages: [{ duration: '8s', rate: 100 }] } },
        },
      };
      writeFileSync(file, `${JSON.stringify(script)}\n---\n${JSON.stringify(loadTest)}\n`);
      const { signal, stdout, stderr } = await runIn(group, file);
      assert.equal(signal, null, 'killed');
      assert.notEqual(stdout, '', stderr);
      const { status } = JSON.parse(stdout) as LoadTest;
      const complete = status?.conditions?.find(({ type }) => type === 'Complete');
      assert.equal(complete?.reason, 'RunnersLost');
      // (320 - 64 - 2 * 24) * 3/4 for a thread and two processes of the script
      assert.match(
        complete.message,
        /^script: it needs more memory than the 52 MiB that the memory limit leaves to its heap/,
      );
      assert.ok(status?.counts && status.counts.done > 50, 'earlier measurements are kept');
    });
  } finally {
    server.close();
    server.closeAllConnections();
    await removeGroup(group);
  }
});
