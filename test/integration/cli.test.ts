import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { type Operator, startOperator } from '../../operator/operator.ts';
import { jsonLog } from '../../operator/runtime/log.ts';
import { binaries } from '../cluster/build/binaries.ts';
import { snapshot } from '../support/operator/operator-fixtures.ts';
import { CONFIG, SimulatedNode } from './support/simulated-node.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const main = join(import.meta.dirname, '../../cli/main.ts');
const spec = {
  target: { url: 'http://checkout.shop.svc' },
  load: { type: 'Open', open: { stages: [{ duration: '10m', rate: 100 }] } },
};

let server: TestServer;
let operator: Operator;
let node: SimulatedNode;
let bin: string;

before(async () => {
  bin = await binaries('controlPlane', () => {});
  server = await startTestServer();
  operator = await startOperator({ config: CONFIG, log: jsonLog(() => {}), kubeconfig: server.kubeconfig });
  node = new SimulatedNode(server, 'default');
  node.operator = operator;
});
after(async () => {
  await operator.stop();
  await server.stop();
});

/** Runs `loadtest` like a user, with the cluster's kubectl. */
async function loadtest(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [main, ...args, `--kubeconfig=${server.kubeconfig}`], {
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, out, err };
}

const at = (second: number) => ({ ...snapshot(100 * second), elapsedMs: 1000 * second });

describe('the CLI on a real control plane', () => {
  it('stops a test under load and waits for its result', async () => {
    await node.apply('checkout', spec);
    const [token] = (await node.underLoad('checkout', 1)).tokens;
    await node.sendUpdate(token!, { phase: 'Running', snapshot: at(2) });

    assert.deepEqual(await loadtest('stop', 'checkout'), { code: 0, out: 'checkout is stopping\n', err: '' });
    await node.untilInstruction(token!, { phase: 'Running', snapshot: at(3) }, 'Stop');
    const listed = await loadtest('list');
    assert.match(listed.out, /^NAME +STATE +VERDICT .*\ncheckout +Stopping +- /);

    const final = { phase: 'Finished' as const, snapshot: at(3) };
    await node.sendUpdate(token!, final);
    await node.untilInstruction(token!, final, 'Accepted');
    const waited = await loadtest('wait', 'checkout');
    assert.equal(waited.code, 2, waited.err);
    assert.match(waited.out, /INCONCLUSIVE {2}stopped before the load was over: .*; 300 of 300 requests done/);
    assert.match((await loadtest('list', '-A')).out, /default +checkout +Stopped +Inconclusive +1\/1 +100\/s/);
    assert.equal((await loadtest('stop', 'checkout')).out, 'checkout is already complete\n');
  });

  it('reruns a test without its status and annotations', async () => {
    const rerun = await loadtest('rerun', 'checkout', '--set', 'load.open.stages[0].rate=200');
    const name = rerun.out.trim();
    assert.match(name, /^checkout-[a-z0-9]{5}$/, rerun.err);
    const { body } = await server.call({ method: 'GET', path: node.path(name) });
    const { metadata, spec: again } = body as { metadata: { annotations?: object }; spec: typeof spec };
    assert.equal(metadata.annotations, undefined);
    assert.deepEqual(again.load.open.stages, [{ duration: '10m', rate: 200 }]);
    await node.pods(name, 1);

    // The test has not started, so that it ends without load.
    assert.equal((await loadtest('stop', name)).code, 0);
    const waited = await loadtest('wait', name, '--junit', '-');
    assert.equal(waited.code, 2);
    // A file on standard output is alone there.
    assert.match(
      waited.out,
      /^<\?xml .*<testsuite name="checkout-.*<error type="Stopped" message="no load was made: the annotation/s,
    );
  });

  it('prints lists as kubectl does', async () => {
    const { out } = await loadtest('list', '-o', 'name');
    assert.match(out, /^loadtest\.loadtest\.dev\/checkout\n/);
    assert.equal(JSON.parse((await loadtest('list', '-o', 'json')).out).kind, 'List');
  });

  for (const command of ['stop', 'rerun', 'logs', 'wait', 'report'])
    it(`${command} reports a missing test`, async () => {
      const { code, out, err } = await loadtest(command, 'nobody');
      assert.deepEqual([code, out], [64, '']);
      assert.match(err, /^loadtest: .*loadtests\.loadtest\.dev "nobody" not found/);
    });

  it('rerun names a wrong field', async () => {
    const { code, err } = await loadtest('rerun', 'checkout', '--set', 'runners.replicas=0');
    assert.equal(code, 64);
    assert.match(err, /^loadtest: LoadTest checkout: spec\.runners\.replicas: /);
  });
});
