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
    const { done } = intervalsBetween(ends, spec);
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

test('two threads of unequal pace take the rows of a closed load in turn', async () => {
  const rows = 50;
  const uses = new Map<string, number>();
  let sockets = 0;
  const delays = new WeakMap<object, number>();
  const server = createServer(({ url, socket }, response) => {
    uses.set(url!, (uses.get(url!) ?? 0) + 1);
    setTimeout(() => response.end('fine'), delays.get(socket));
  }).listen(0, '127.0.0.1');
  server.on('connection', (socket) => delays.set(socket, sockets++ === 0 ? 20 : 1));
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const spec = loadTestSpecSchema.parse({
    target: { url: `http://127.0.0.1:${port}` },
    data: { from: { configMapKeyRef: { name: 'rows', key: 'rows.csv' } }, format: 'CSV' },
    requests: [{ name: 'row', path: '/${data.row}' }],
    load: { type: 'Closed', closed: { users: 2, duration: '1s' } },
  });
  const csv = ['row', ...Array.from({ length: rows }, (_, row) => row)].join('\n');
  const values = new Map([['ConfigMap/rows/rows.csv', Buffer.from(csv)]]);
  const pool = await startWorkers(shares({ ...ASSIGNMENT, spec }, 2), values);
  try {
    pool.start(Date.now());
    await pool.done;
    const counts = [...uses.values()];
    assert.ok(sockets === 2 && counts.length === rows, 'two threads use each of the rows');
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, String(counts));
  } finally {
    await pool.close();
    server.close();
  }
});
