import assert from 'node:assert/strict';
import { it } from 'node:test';
import { API_VERSION } from '../../api/common/group.ts';
import { triggeredTestName } from '../../api/common/names.ts';
import type { PastRun } from '../../api/scheduled/history.ts';
import type { ScheduledLoadTest } from '../../api/scheduled/scheduled-loadtest.ts';
import { until } from '../cluster/system/wait.ts';
import { useNamespace } from '../e2e/support/namespace.ts';
import { killOperator } from './operator.ts';

/** A comparison needs ten seconds. */
const SECONDS = 10;
const RATE = 50;

const ns = useNamespace('releases', {
  operator: [],
  prepare: (ns) =>
    ns.apply({
      apiVersion: API_VERSION,
      kind: 'ScheduledLoadTest',
      metadata: { name: 'nightly' },
      spec: {
        schedule: '0 0 1 1 *',
        releaseFrom: { matchLabels: { app: 'target' }, label: 'version' },
        loadTestTemplate: {
          spec: {
            target: { url: ns.url('/nightly') },
            load: { type: 'Open', open: { stages: [{ duration: `${SECONDS}s`, rate: RATE }] } },
            runners: { onLoss: 'Fail' },
            // The machine is busy: only a target that is four times as slow matters.
            compareWith: { previous: 'LastPassed', maxRegression: '100%', metrics: ['responseTime.p50'] },
          },
        },
      },
    }),
});

async function schedule(): Promise<ScheduledLoadTest> {
  return JSON.parse(await ns.kubectl('get', 'scheduledloadtest', 'nightly', '-o', 'json'));
}

/** Deploys a release of the target whose responses take `delayMs`, and triggers a run; returns its entry in the history. */
async function test(release: string, delayMs: number, underLoad = async () => {}): Promise<PastRun> {
  await fetch(ns.urlByAddress(`/delay?path=/nightly&ms=${delayMs}`));
  await ns.kubectl('label', '--overwrite', 'pods', '--selector=app=target', `version=${release}`);
  await ns.kubectl('annotate', '--overwrite', 'scheduledloadtest', 'nightly', `loadtest.dev/trigger=${release}`);
  const name = triggeredTestName('nightly', release);
  await until('the run', () => ns.get(name).catch(() => undefined), { timeoutMs: 30_000 });
  await ns.waitFor(name, 'Running', 30);
  await underLoad();
  await ns.waitFor(name, 'Complete', 60);
  const inHistory = async () => (await schedule()).status?.history?.find((run) => run.name === name);
  return until('the run in the history', inHistory, { timeoutMs: 30_000 });
}

it('a schedule reports exactly the release that is slower, although the operator is killed in its run', async () => {
  const first = await test('v1', 20);
  assert.deepEqual([first.release, first.passed, first.comparison], ['v1', 'True', undefined]);

  const slower = await test('v2', 80, async () => void (await killOperator(ns)));
  assert.deepEqual([slower.release, slower.passed, slower.reason], ['v2', 'False', 'Regressed']);
  assert.equal(slower.comparison?.baseline, first.name);
  const { conditions } = (await schedule()).status!;
  assert.equal(conditions?.find(({ type }) => type === 'Regressed')?.status, 'True');

  const repaired = await test('v3', 20);
  assert.deepEqual([repaired.release, repaired.passed, repaired.reason], ['v3', 'True', 'Unchanged']);
  assert.equal(repaired.comparison?.baseline, first.name);
  assert.equal((await ns.received('/nightly'))?.total, 3 * SECONDS * RATE, 'each run once');
});
