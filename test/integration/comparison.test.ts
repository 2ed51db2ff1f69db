import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { readReports } from '../../cli/input/results.ts';
import { type Operator, startOperator } from '../../operator/operator.ts';
import { jsonLog } from '../../operator/runtime/log.ts';
import { until } from '../cluster/system/wait.ts';
import { snapshot } from '../support/operator/operator-fixtures.ts';
import { measuredRun, RATE, SECONDS } from './support/measured-run.ts';
import { CONFIG, SimulatedNode } from './support/simulated-node.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const spec = (change: object = {}, rate = RATE) => ({
  target: { url: 'http://checkout.shop.svc' },
  load: { type: 'Open', open: { stages: [{ duration: `${SECONDS}s`, rate }] } },
  ...change,
});
const against = (name: string) => spec({ compareWith: { name } });

let server: TestServer;
let operator: Operator;
let node: SimulatedNode;

before(async () => {
  server = await startTestServer();
  operator = await startOperator({ config: CONFIG, log: jsonLog(() => {}), kubeconfig: server.kubeconfig });
  node = new SimulatedNode(server, 'default');
  node.operator = operator;
});
after(async () => {
  await operator.stop();
  await server.stop();
});

/** Runs a LoadTest with a constant response time of `ms`; returns its final status. */
async function run(name: string, manifest: Record<string, unknown>, ms: number): Promise<LoadTestStatus> {
  await node.apply(name, manifest);
  return measuredRun(node, name, ms);
}

const passed = ({ conditions }: LoadTestStatus) => {
  const { status, reason, message } = conditions!.find((c) => c.type === 'Passed')!;
  return [`${status}/${reason}`, message] as const;
};

/** Waits until the operator reports in the status of another test that there is no such baseline. */
async function untilMissing(baseline: string): Promise<void> {
  const other = `waits-for-${baseline}`;
  await node.apply(other, { ...against(baseline), suspend: true });
  const isMissing = async () => {
    const accepted = (await node.status(other)).conditions?.find((c) => c.type === 'Accepted');
    return accepted?.message === `spec.compareWith: there is no LoadTest ${baseline} so far` || undefined;
  };
  await until(`no LoadTest ${baseline}`, isMissing, { timeoutMs: 60_000 });
}

describe('a LoadTest with a baseline on a real control plane', () => {
  before(async () => {
    const status = await run('v41', spec(), 20);
    assert.equal(status.windows?.done, Array.from({ length: SECONDS }, () => RATE).join(' '));
  });

  it('passes when it is as fast, with the reason Unchanged', async () => {
    const status = await run('v42', against('v41'), 20);
    assert.equal(passed(status)[0], 'True/Unchanged');
    assert.match(passed(status)[1], /, unchanged from v41; 1,400 of 1,400 requests done/);
    assert.equal(status.conditions?.find((c) => c.type === 'Accepted')?.message, '');
  });

  it('fails when it is slower; the status has the metrics, and the report the intervals of both runs', async () => {
    const status = await run('v43', against('v41'), 30);
    assert.equal(passed(status)[0], 'False/Regressed');
    assert.match(passed(status)[1], /^responseTime.p50 30ms is 50% above 20ms of v41, responseTime.p95 /);
    assert.deepEqual(
      status.comparison?.metrics.map((m) => m.result),
      ['Regressed', 'Regressed', 'Regressed', 'Unchanged', 'Unchanged'],
    );
    const path = `/api/v1/namespaces/default/configmaps/${status.report?.configMapRef.name}`;
    const { body } = await server.call({ method: 'GET', path });
    const read = readReports(JSON.stringify(body), 'the ConfigMap');
    assert.ok('reports' in read, JSON.stringify(read));
    assert.equal(read.reports[0]!.baselineWindows?.p50.split(' ').length, SECONDS);
  });

  it('is inconclusive if the loads differ', async () => {
    const status = await run('v44', spec({ compareWith: { name: 'v41' } }, RATE + 1), 20);
    assert.equal(passed(status)[0], 'Unknown/NotComparable');
    assert.match(passed(status)[1], /^not compared: load.open.stages differs from that of v41/);
  });

  it('reports a missing baseline before the load, and is inconclusive without it', async () => {
    await untilMissing('v40');
    const status = await run('v46', against('v40'), 20);
    assert.equal(passed(status)[0], 'Unknown/BaselineUnavailable');
  });

  it('is inconclusive when its baseline was deleted during the run', async () => {
    await node.apply('v47', against('v41'));
    const { tokens } = await node.underLoad('v47', 1);
    await server.call({ method: 'DELETE', path: node.path('v41') });
    await untilMissing('v41');
    const final = {
      phase: 'Finished' as const,
      snapshot: { ...snapshot(RATE * SECONDS, 20), elapsedMs: SECONDS * 1000 },
    };
    await node.sendUpdate(tokens[0]!, final);
    await node.untilInstruction(tokens[0]!, final, 'Accepted');
    const status = await node.until('v47', 'Complete', 'True');
    assert.equal(passed(status)[0], 'Unknown/BaselineUnavailable');
    assert.match(passed(status)[1], /^not compared: there is no LoadTest v41/);
  });
});
