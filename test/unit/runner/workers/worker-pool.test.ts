import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { intervalsBetween } from '../../../../model/compare/intervals.ts';
import { shares, startWorkers } from '../../../../runner/workers/worker-pool.ts';
import { ASSIGNMENT } from '../../../support/specs/assignment.ts';

test('the intervals of a worker pool contain the measurements of all its threads, second by second', async () => {
  const server = createServer((_, response) => response.end('fine')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const spec = loadTestSpecSchema.parse({
    target: { url: `http://127.0.0.1:${port}` },
    load: { type: 'Open', open: { stages: [{ duration: '3s', rate: 40 }] } },
  });
  const pool = await startWorkers(shares({ ...ASSIGNMENT, spec }, 2), new Map());
  try {
    assert.equal(pool.intervals(), undefined);
    pool.start(Date.now());
    await pool.done;
    const ends = pool.intervals()!;
    const { done } = intervalsBetween(ends);
    assert.ok(ends.ends.length >= 1, 'at least one second has ended before the load has');
    assert.equal(ends.last.threads, 2);
    assert.equal(
      done.reduce((sum, n) => sum + n),
      3 * 40,
    );
  } finally {
    await pool.close();
    server.close();
  }
});
