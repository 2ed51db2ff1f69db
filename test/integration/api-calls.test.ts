import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import { type Operator, startOperator } from '../../operator/operator.ts';
import { jsonLog } from '../../operator/runtime/log.ts';
import { withTempDir } from '../cluster/system/tempdir.ts';
import { snapshot } from '../support/operator/operator-fixtures.ts';
import { type SeenCall, startCountingProxy } from './support/counting-proxy.ts';
import { CONFIG, SimulatedNode } from './support/simulated-node.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

/** Maximum number of writes of one LoadTest, in addition to one per ten seconds of load. */
const MOST_WRITES = 12;
const LOAD_S = 25;
const REPLICAS = 3;

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

const isWrite = ({ method }: SeenCall) => method !== 'GET';
const isTokenReview = ({ path }: SeenCall) => path.endsWith('/tokenreviews');
const describeCalls = (calls: readonly SeenCall[]) =>
  calls.map(({ method, path, code }) => `${method} ${path} ${code}`).join('\n');

it('a LoadTest costs at most 12 writes and one per 10 s of load; reads use watches', () =>
  withTempDir(async (dir) => {
    const proxy = await startCountingProxy(server.kubeconfig, dir);
    const operator = await startOperator({ config: CONFIG, log: jsonLog(() => {}), kubeconfig: proxy.kubeconfig });
    try {
      const callsBefore = proxy.calls.length;
      await runLoadTest(operator);
      const calls = proxy.calls.slice(callsBefore);
      const writes = calls.filter((call) => isWrite(call) && !isTokenReview(call));
      assert.ok(writes.length <= MOST_WRITES + Math.floor(LOAD_S / 10), describeCalls(writes));
      // A lower bound, so that a proxy that sees nothing fails: the Job, the report, and at least four writes of the status.
      assert.ok(writes.length >= 6, describeCalls(writes));
      assert.equal(calls.filter(isTokenReview).length, REPLICAS);
      const reads = calls.filter((call) => !isWrite(call) && !call.isWatch);
      // One for the environment of the report, and one for events about missing pods; objects are never read.
      assert.ok(
        reads.every(({ path }) => path === '/version' || path.endsWith('/events')),
        describeCalls(reads),
      );
      assert.ok(reads.length <= 2, describeCalls(reads));
    } finally {
      await operator.stop();
      await proxy.close();
    }
  }));

/** Runs a LoadTest from its creation to a while after its end; its runners send an update per second. */
async function runLoadTest(operator: Operator): Promise<void> {
  const node = new SimulatedNode(server, 'default');
  node.operator = operator;
  await node.apply('counted', {
    target: { url: 'http://checkout.shop.svc' },
    load: { type: 'Open', open: { stages: [{ duration: `${LOAD_S}s`, rate: 100 }] } },
    runners: { replicas: REPLICAS },
    thresholds: [{ metric: 'responseTime.p99', max: '250ms', abort: true }],
  });
  const { tokens } = await node.underLoad('counted', REPLICAS);
  const measured = (second: number) => ({ ...snapshot(30 * second), elapsedMs: 1000 * second });
  for (let second = 1; second < LOAD_S; second++) {
    for (const token of tokens) await node.sendUpdate(token, { phase: 'Running', snapshot: measured(second) });
    await sleep(1000);
  }
  const last: RunnerUpdate = { phase: 'Finished', snapshot: measured(LOAD_S) };
  for (const token of tokens) await node.sendUpdate(token, last);
  for (const token of tokens) await node.untilInstruction(token, last, 'Accepted');
  const { counts } = await node.until('counted', 'Passed', 'True');
  assert.equal(counts?.done, 30 * LOAD_S * REPLICAS);
  await sleep(3000);
}
