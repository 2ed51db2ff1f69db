import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runnerUpdateSchema } from '../../../../api/protocol/runner-update.ts';
import { createOperatorClient } from '../../../../runner/agent/operator-client.ts';
import { OperatorClock } from '../../../../runner/agent/operator-clock.ts';

const directory = mkdtempSync(join(tmpdir(), 'reporter-'));
const tokenFile = join(directory, 'token');
writeFileSync(tokenFile, 'the-token\n');
after(() => rmSync(directory, { recursive: true }));

async function startOperator(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function exchangeWith(listener: RequestListener, clock: Pick<OperatorClock, 'observe'> = new OperatorClock()) {
  return createOperatorClient({ operatorUrl: await startOperator(listener), tokenFile, clock });
}

test('an exchange sends the update and the token, and receives the instruction and the time of the operator’s clock', async () => {
  const requests: unknown[] = [];
  const clock = new OperatorClock();
  const exchange = await exchangeWith(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push([
      request.method,
      request.url,
      request.headers.authorization,
      runnerUpdateSchema.parse(JSON.parse(body)),
    ]);
    response.end(JSON.stringify({ instruction: 'Wait', nowMs: Date.now() + 60_000, nextReportMs: 100 }));
  }, clock);
  const response = await exchange({ phase: 'Ready' });
  assert.deepEqual(requests, [['POST', '/v1/report', 'Bearer the-token', { phase: 'Ready' }]]);
  assert.ok(!('problem' in response) && response.instruction === 'Wait' && response.nextReportMs === 100);
  assert.ok(Math.abs(clock.toOperator(0) - 60_000) < 1_000);
});

test('every exchange reads the token from its file again, because the kubelet renews it there', async () => {
  const tokens: unknown[] = [];
  const exchange = await exchangeWith((request, response) => {
    tokens.push(request.headers.authorization);
    response.end(JSON.stringify({ instruction: 'Wait', nowMs: 0, nextReportMs: 0 }));
  });
  await exchange({ phase: 'Ready' });
  writeFileSync(tokenFile, 'a-newer-token');
  await exchange({ phase: 'Ready' });
  assert.deepEqual(tokens, ['Bearer the-token', 'Bearer a-newer-token']);
});

test('the operator may hold a response unless the runner wants it at once; the clock receives the time for which it was held', async () => {
  const requests: unknown[] = [];
  const observed: unknown[] = [];
  const exchange = await exchangeWith(
    ({ headers }, response) => {
      requests.push(headers.prefer);
      const heldMs = headers.prefer === undefined ? {} : { heldMs: 1500 };
      response.end(JSON.stringify({ instruction: 'Wait', nowMs: 7, nextReportMs: 0, ...heldMs }));
    },
    { observe: (_sent, _received, operatorMs, heldMs) => observed.push([operatorMs, heldMs]) },
  );
  await exchange({ phase: 'Ready' });
  await exchange({ phase: 'Ready' }, { atOnce: true });
  assert.deepEqual(requests, ['wait=2', undefined]);
  assert.deepEqual(observed, [
    [7, 1500],
    [7, undefined],
  ]);
});

const PROBLEMS: [what: string, listener: RequestListener, problem: RegExp][] = [
  ['a rejection', (_, response) => response.writeHead(403).end('not your pod'), /responded with 403: not your pod/],
  [
    'a response that is not JSON',
    (_, response) => response.end('<html>'),
    /no response from the operator at http:..127.0.0.1:[0-9]+: /,
  ],
  ['a response in another format', (_, response) => response.end('{"instruction":"Dance"}'), /malformed/],
  ['a connection that breaks', (request) => request.destroy(), /no response from the operator/],
];
for (const [what, listener, problem] of PROBLEMS) {
  test(`${what} is a problem and not an exception`, async () => {
    const response = await (await exchangeWith(listener))({ phase: 'Ready' });
    assert.match('problem' in response ? response.problem : '', problem);
  });
}

const RETRIES: [sentence: string, status: number, retryAfter: string, retryAfterMs: number | undefined][] = [
  ['an operator that has too much to do says when to try again', 429, '3', 3000],
  ['a runner waits no longer than ten seconds for it', 429, '3600', 10_000],
  ['a time that is no number of seconds does not count', 429, 'Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['a rejection for good has no such time', 403, '3', undefined],
];
for (const [sentence, status, retryAfter, retryAfterMs] of RETRIES)
  test(sentence, async () => {
    const exchange = await exchangeWith((_, response) =>
      response.writeHead(status, { 'retry-after': retryAfter }).end('later'),
    );
    const problem = `the operator responded with ${status}: later`;
    assert.deepEqual(await exchange({ phase: 'Ready' }), {
      problem,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  });

test('an unreachable operator is a problem and not an exception', async () => {
  const exchange = createOperatorClient({ operatorUrl: 'http://127.0.0.1:1', tokenFile, clock: new OperatorClock() });
  const response = await exchange({ phase: 'Ready' });
  assert.match('problem' in response ? response.problem : '', /ECONNREFUSED/);
});
