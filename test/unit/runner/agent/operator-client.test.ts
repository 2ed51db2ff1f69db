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

async function operatorThat(responses: RequestListener): Promise<string> {
  const server = createServer(responses);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function exchangeWith(responses: RequestListener, clock: Pick<OperatorClock, 'observe'> = new OperatorClock()) {
  return createOperatorClient({ operatorUrl: await operatorThat(responses), tokenFile, clock });
}

test('an exchange carries the report and the token, and brings the instruction and the operator’s clock', async () => {
  const asked: unknown[] = [];
  const clock = new OperatorClock();
  const exchange = await exchangeWith(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push([
      request.method,
      request.url,
      request.headers.authorization,
      runnerUpdateSchema.parse(JSON.parse(body)),
    ]);
    response.end(JSON.stringify({ instruction: 'Wait', nowMs: Date.now() + 60_000, nextReportMs: 100 }));
  }, clock);
  const answer = await exchange({ phase: 'Ready' });
  assert.deepEqual(asked, [['POST', '/v1/report', 'Bearer the-token', { phase: 'Ready' }]]);
  assert.ok(!('problem' in answer) && answer.instruction === 'Wait' && answer.nextReportMs === 100);
  assert.ok(Math.abs(clock.toOperator(0) - 60_000) < 1_000);
});

test('the token is read anew each time, as it is renewed in its file', async () => {
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

test('the answer may be held, unless it is wanted at once; for how long it was is told to the clock', async () => {
  const asked: unknown[] = [];
  const observed: unknown[] = [];
  const exchange = await exchangeWith(
    ({ headers }, response) => {
      asked.push(headers.prefer);
      const heldMs = headers.prefer === undefined ? {} : { heldMs: 1500 };
      response.end(JSON.stringify({ instruction: 'Wait', nowMs: 7, nextReportMs: 0, ...heldMs }));
    },
    { observe: (_sent, _received, operatorMs, heldMs) => observed.push([operatorMs, heldMs]) },
  );
  await exchange({ phase: 'Ready' });
  await exchange({ phase: 'Ready' }, { atOnce: true });
  assert.deepEqual(asked, ['wait=2', undefined]);
  assert.deepEqual(observed, [
    [7, 1500],
    [7, undefined],
  ]);
});

const PROBLEMS: [what: string, responses: RequestListener, problem: RegExp][] = [
  ['a refusal', (_, response) => response.writeHead(403).end('not your pod'), /responded with 403: not your pod/],
  ['a response that is not JSON', (_, response) => response.end('<html>'), /no response from the operator/],
  ['an answer of another form', (_, response) => response.end('{"instruction":"Dance"}'), /malformed/],
  ['a connection that breaks', (request) => request.destroy(), /no response from the operator/],
];
for (const [what, responses, problem] of PROBLEMS) {
  test(`${what} is a problem, not an exception`, async () => {
    const answer = await (await exchangeWith(responses))({ phase: 'Ready' });
    assert.match('problem' in answer ? answer.problem : '', problem);
  });
}

test('nobody there is a problem, not an exception', async () => {
  const exchange = createOperatorClient({ operatorUrl: 'http://127.0.0.1:1', tokenFile, clock: new OperatorClock() });
  const answer = await exchange({ phase: 'Ready' });
  assert.match('problem' in answer ? answer.problem : '', /ECONNREFUSED/);
});
