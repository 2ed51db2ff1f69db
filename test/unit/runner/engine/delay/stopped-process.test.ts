import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadProcess } from '../../../../support/load-process.ts';
import { realSpec } from '../../../../support/real-load.ts';

/** A stop of the generator in the middle of its load. */
const STOP_MS = 300;
const MS = 1000;

const OPEN = { type: 'Open', open: { stages: [{ duration: '1s', rate: 200 }] } };
const CLOSED = { type: 'Closed', closed: { users: 5, duration: '1s', thinkTime: '5ms' } };

const cases: [name: string, http: object, load: object][] = [
  ['an open load over HTTP/1.1', {}, OPEN],
  ['a closed load over HTTP/1.1', {}, CLOSED],
  ['an open load over HTTP/2', { version: 'HTTP2' }, OPEN],
  ['a closed load over HTTP/2', { version: 'HTTP2' }, CLOSED],
  ['a closed load by Undici', { transport: 'Undici' }, CLOSED],
];

/** A target in this process, which is not stopped. */
async function target(http2: boolean) {
  const server = ((http2 ? createHttp2Server : createServer) as typeof createServer)((_, response) => response.end());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  after(() => server.close());
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('the stop of a real generator lengthens the times as measured, and not those without its part', {
  concurrency: true,
}, () => {
  for (const [name, http, load] of cases) {
    it(name, async () => {
      const { server, url } = await target('version' in http);
      const ownDelay = monitorEventLoopDelay({ resolution: 1 });
      ownDelay.enable();
      const { child, greatest } = loadProcess(realSpec({ target: { url, timeout: '5000ms', http }, load }));
      await once(server, 'request');
      await sleep(200);
      child.kill('SIGSTOP');
      await sleep(STOP_MS);
      child.kill('SIGCONT');
      const { counts, measured, withoutGenerator } = await greatest;
      assert.equal(counts.done, counts.made);
      assert.ok(measured.responseTime > 0.9 * STOP_MS * MS, `measured ${measured.responseTime} us`);
      // Where other processes take the CPU from the target, its own times are long, too: twice its delay, as it accepts and then reads.
      const most = 0.3 * STOP_MS * MS + (2 * ownDelay.max) / 1e3;
      assert.ok(withoutGenerator.responseTime < most, `without it ${withoutGenerator.responseTime} of ${most} us`);
      assert.ok(withoutGenerator.serviceTime < most, `without it ${withoutGenerator.serviceTime} of ${most} us`);
    });
  }
});
