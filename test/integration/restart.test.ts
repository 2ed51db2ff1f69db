import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { IntervalRecorder } from '../../model/compare/interval-ends.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { type Operator, startOperator } from '../../operator/operator.ts';
import { jsonLog } from '../../operator/runtime/log.ts';
import { snapshot } from '../support/operator-fixtures.ts';
import { startTestServer, type TestServer } from './apiserver.ts';
import { CONFIG, Play } from './play.ts';

const RATE = 10;
const RUNNERS = 2;

let server: TestServer;
let operator: Operator;
let play: Play;

const start = () => startOperator({ config: CONFIG, log: jsonLog(() => {}), kubeconfig: server.kubeconfig });
async function restart(): Promise<void> {
  await operator.stop();
  operator = await start();
  play.operator = operator;
}

before(async () => {
  server = await startTestServer();
  operator = await start();
  play = new Play(server, 'default');
  play.operator = operator;
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

/** What a runner has measured up to a second, of which some seconds had errors only. */
function measured(second: number, failsAt: (second: number) => boolean): Snapshot {
  const failed = RATE * Array.from({ length: second }, (_, i) => i + 1).filter(failsAt).length;
  const all = snapshot(RATE * second - failed, 20);
  const [request] = all.requests;
  const counts = { ...request!.counts, generated: RATE * second, made: RATE * second, failed };
  return { ...all, elapsedMs: 1000 * second, requests: [{ ...request!, counts }] };
}

type Run = {
  seconds: number;
  failsAt?: (second: number) => boolean;
  /** Whether a runner reaches the operator in a second. */
  isHeard?: (second: number, runner: number) => boolean;
  /** After which second the operator is restarted. */
  restartAfter?: number;
};

/** Runs a LoadTest second by second, faster than they pass: time is the load's own. The runners end early when they are told to. */
async function run(name: string, manifest: object, { seconds, failsAt, isHeard, restartAfter }: Run) {
  await play.apply(name, { ...manifest });
  const { tokens } = await play.underLoad(name, RUNNERS);
  const intervals = tokens.map(() => new IntervalRecorder(1000));
  const at = (second: number) => measured(second, failsAt ?? (() => false));
  let second = 1;
  let isStopped = false;
  for (; second < seconds && !isStopped; second++) {
    for (const [runner, token] of tokens.entries()) {
      intervals[runner]!.record(at(second));
      if (isHeard?.(second, runner) === false) continue;
      const { instruction } = await play.report(token, { phase: 'Running', snapshot: at(second) });
      isStopped ||= instruction === 'Stop';
    }
    if (second === restartAfter) await restart();
  }
  const last = at(second);
  await Promise.all(
    tokens.map((t, i) => play.finish(t, { phase: 'Finished', snapshot: last }, intervals[i]!.upTo(last))),
  );
  return play.until(name, 'Complete', 'True');
}

const verdict = ({ conditions }: LoadTestStatus) =>
  ['Complete', 'Passed'].map((type) => {
    const { status, reason } = conditions!.find((c) => c.type === type)!;
    return `${status}/${reason}`;
  });
const column = (seconds: number) => Array.from({ length: seconds }, () => RATE * RUNNERS).join(' ');

describe('an operator that is restarted in a run, or does not hear all of it', () => {
  it('compares the run all the same, and it is a baseline', async () => {
    const before = await run('v1', spec(14), { seconds: 14, restartAfter: 3, isHeard: (second) => second < 4 });
    assert.equal(before.windows?.done, column(14));
    const status = await run('v2', spec(14, { compareWith: { name: 'v1' } }), {
      seconds: 14,
      restartAfter: 10,
      isHeard: (second) => second < 3 || second > 9,
    });
    assert.deepEqual(verdict(status), ['True/Finished', 'True/Unchanged']);
    assert.equal(status.windows?.done, column(14));
  });

  const errors = { thresholds: [{ metric: 'errors', max: '10%', abort: true, after: '20s' }] };

  it('does not end a run for the errors of its first seconds', async () => {
    const status = await run('recovered', spec(60, errors), {
      seconds: 60,
      failsAt: (second) => second <= 5,
      restartAfter: 30,
      isHeard: (second) => second <= 30 || second >= 42,
    });
    assert.deepEqual(verdict(status), ['True/Finished', 'True/ThresholdsMet']);
  });

  it('ends one for the errors of its last ten', async () => {
    const status = await run('broken', spec(300, errors), {
      seconds: 300,
      failsAt: (second) => second > 50,
      restartAfter: 40,
    });
    assert.deepEqual(verdict(status), ['True/Aborted', 'False/ThresholdExceeded']);
  });

  it('does not end one because a runner is cut off for twenty seconds', async () => {
    const thresholds = [{ metric: 'rate', min: '15', abort: true }];
    const status = await run('apart', spec(60, { thresholds }), {
      seconds: 60,
      isHeard: (second, runner) => runner === 0 || second <= 20 || second > 40,
    });
    assert.deepEqual(verdict(status), ['True/Finished', 'True/ThresholdsMet']);
  });
});
