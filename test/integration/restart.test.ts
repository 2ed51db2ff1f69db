import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { IntervalRecorder } from '../../model/compare/interval-ends.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { type Operator, startOperator } from '../../operator/operator.ts';
import { jsonLog } from '../../operator/runtime/log.ts';
import { snapshot } from '../support/operator/operator-fixtures.ts';
import { CONFIG, SimulatedNode } from './support/simulated-node.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const RATE = 10;
const RUNNERS = 2;

let server: TestServer;
let operator: Operator;
let node: SimulatedNode;

const start = () => startOperator({ config: CONFIG, log: jsonLog(() => {}), kubeconfig: server.kubeconfig });
async function restart(): Promise<void> {
  await operator.stop();
  operator = await start();
  node.operator = operator;
}

before(async () => {
  server = await startTestServer();
  operator = await start();
  node = new SimulatedNode(server, 'default');
  node.operator = operator;
});
after(async () => {
  await operator.stop();
  await server.stop();
});

const spec = (seconds: number, change: object = {}) => ({
  target: { url: 'http://checkout.shop.svc' },
  load: { type: 'Open', open: { stages: [{ duration: `${seconds}s`, rate: RATE * RUNNERS }] } },
  runners: { replicas: RUNNERS },
  ...change,
});

/** The snapshot of a runner at the end of a second. All requests of the seconds in `failsAt` failed. */
function measured(second: number, failsAt: (second: number) => boolean): Snapshot {
  const failed = RATE * Array.from({ length: second }, (_, i) => i + 1).filter(failsAt).length;
  const all = snapshot(RATE * second - failed, 20);
  const [request] = all.requests;
  const counts = { ...request!.counts, generated: RATE * second, made: RATE * second, failed };
  const errors = failed === 0 ? [] : [{ kind: 'ConnectionRefused', count: failed, example: 'connect ECONNREFUSED' }];
  return { ...all, elapsedMs: 1000 * second, requests: [{ ...request!, counts }], errors };
}

type Run = {
  seconds: number;
  failsAt?: (second: number) => boolean;
  /** Whether the update of a runner reaches the operator in a second. */
  isReceived?: (second: number, runner: number) => boolean;
  /** The operator restarts after this second. */
  restartAfter?: number;
};

/** Runs a LoadTest in virtual seconds, faster than real time. The runners end early when they receive Stop. */
async function run(name: string, manifest: object, { seconds, failsAt, isReceived, restartAfter }: Run) {
  await node.apply(name, { ...manifest });
  const { tokens } = await node.underLoad(name, RUNNERS);
  const intervals = tokens.map(() => new IntervalRecorder(1000));
  const at = (second: number) => measured(second, failsAt ?? (() => false));
  let second = 1;
  let isStopped = false;
  for (; second < seconds && !isStopped; second++) {
    for (const [runner, token] of tokens.entries()) {
      intervals[runner]!.record(at(second));
      if (isReceived?.(second, runner) === false) continue;
      const { instruction } = await node.sendUpdate(token, { phase: 'Running', snapshot: at(second) });
      isStopped ||= instruction === 'Stop';
    }
    if (second === restartAfter) await restart();
  }
  const last = at(second);
  await Promise.all(
    tokens.map((t, i) => node.finish(t, { phase: 'Finished', snapshot: last }, intervals[i]!.upTo(last))),
  );
  return node.until(name, 'Complete', 'True');
}

const verdict = ({ conditions }: LoadTestStatus) =>
  ['Complete', 'Passed'].map((type) => {
    const { status, reason } = conditions!.find((c) => c.type === type)!;
    return `${status}/${reason}`;
  });
const column = (seconds: number) => Array.from({ length: seconds }, () => RATE * RUNNERS).join(' ');

describe('an operator that restarts during a run, or misses some of its updates,', () => {
  it('compares the run, and the run can be a baseline', async () => {
    const before = await run('v1', spec(14), { seconds: 14, restartAfter: 3, isReceived: (second) => second < 4 });
    assert.equal(before.windows?.done, column(14));
    const status = await run('v2', spec(14, { compareWith: { name: 'v1', metrics: ['responseTime.p50', 'rate'] } }), {
      seconds: 14,
      restartAfter: 10,
      isReceived: (second) => second < 3 || second > 9,
    });
    assert.deepEqual(verdict(status), ['True/Finished', 'True/Unchanged']);
    assert.equal(status.windows?.done, column(14));
  });

  const errors = { thresholds: [{ metric: 'errors', max: '10%', abort: true, after: '20s' }] };

  it('does not abort a run for the errors of its first seconds', async () => {
    const status = await run('recovered', spec(60, errors), {
      seconds: 60,
      failsAt: (second) => second <= 5,
      restartAfter: 30,
      isReceived: (second) => second <= 30 || second >= 42,
    });
    assert.deepEqual(verdict(status), ['True/Finished', 'True/ThresholdsMet']);
  });

  it('aborts a run for the errors of its last ten seconds', async () => {
    const status = await run('broken', spec(300, errors), {
      seconds: 300,
      failsAt: (second) => second > 50,
      restartAfter: 40,
    });
    assert.deepEqual(verdict(status), ['True/Aborted', 'False/ThresholdExceeded']);
  });

  it('does not abort a run because a runner is cut off for twenty seconds', async () => {
    const thresholds = [{ metric: 'rate', min: '15', abort: true }];
    const status = await run('apart', spec(60, { thresholds }), {
      seconds: 60,
      isReceived: (second, runner) => runner === 0 || second <= 20 || second > 40,
    });
    assert.deepEqual(verdict(status), ['True/Finished', 'True/ThresholdsMet']);
  });
});
