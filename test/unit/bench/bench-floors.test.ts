import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { SCENARIOS } from '../../../bench/scenario.ts';
import { bare, paced } from '../../../bench/tools/floors.ts';
import { invocationOf, type ToolReport } from '../../../bench/tools/tool.ts';
import { run } from '../../cluster/system/run.ts';
import { withTempDir } from '../../cluster/system/tempdir.ts';

test('the floor of a closed loop sends the request of the spec repeatedly, and reports its CPU time', async () => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers['content-length']}`);
    request.resume().on('end', () => response.end('{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const spec = {
    target: { url: `http://127.0.0.1:${port}` },
    requests: [{ name: 'post', method: 'POST', path: '/orders', body: { type: 'JSON', json: { sku: 'a1' } } }],
    load: { type: 'Closed', closed: { users: 2, duration: '300ms' } },
  };
  const report = await withTempDir(async (dir) => {
    const file = join(dir, 'spec.json');
    writeFileSync(file, JSON.stringify(spec));
    return JSON.parse(await run([...(await bare.install(() => {})), file])) as ToolReport;
  });
  server.close();
  assert.ok(report.loadCpuMs! > 0);
  assert.ok(requests.length > 2, `${requests.length} requests of two users`);
  assert.deepEqual([...new Set(requests)], ['POST /orders 12']);
});

test('each floor has one load model, and Node has none over HTTP/2', () => {
  const job = (name: string) => {
    const scenario = SCENARIOS.find((s) => s.name === name)!;
    return { scenario, url: 'http://127.0.0.1:8080/', seconds: 4, certificate: '', dir: '' };
  };
  assert.deepEqual(bare.invoke(['bare'], job('open-20k')), { cannot: 'closed loop only' });
  assert.deepEqual(invocationOf(bare, ['bare'], job('http2')), { cannot: 'no HTTP/2' });
  assert.deepEqual(paced.invoke(['paced'], job('closed')), { cannot: 'open loop only' });
  const invocation = paced.invoke(['paced'], job('open-20k'));
  assert.ok('command' in invocation);
  assert.deepEqual(invocation.command, ['paced', '8080', '20000', '4', '340', '64']);
});
