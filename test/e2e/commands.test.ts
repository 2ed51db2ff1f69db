import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { EXIT } from '../../cli/output/exit-codes.ts';
import { identityProblems } from '../../model/measure/counters.ts';
import { CommandError, run } from '../cluster/system/run.ts';
import { until } from '../cluster/system/wait.ts';
import { repository } from './support/environment.ts';
import { useNamespace } from './support/namespace.ts';

const RUNNERS = 2;

describe('the commands for a LoadTest in the cluster', () => {
  const ns = useNamespace('commands');

  /** Runs a command like a user, with kubectl on the path. */
  const loadtest = (...args: string[]) => {
    const { bin, kubeconfig } = ns.environment;
    const env = { PATH: `${bin}:${process.env.PATH}`, KUBECONFIG: kubeconfig };
    return run([join(repository, 'bin/loadtest.cjs'), ...args, '--namespace', ns.name], { env });
  };

  const clients = async () => Object.keys((await ns.received('/commands'))?.clients ?? {}).length;

  before(async () => {
    await ns.start('long', {
      target: { url: ns.url('/commands') },
      load: { type: 'Open', open: { stages: [{ duration: '10m', rate: 40 }] } },
      runners: { replicas: RUNNERS, logSamples: true },
    });
    await ns.waitFor('long', 'Running', 60);
    // The result so far must contain responses. On a busy node, the first connection once took seconds, for an unknown reason.
    await until('requests of both runners', async () => (await clients()) === RUNNERS || undefined, {
      timeoutMs: 20_000,
    });
  });

  it('list prints it with its state', async () => {
    const [head, row, ...others] = (await loadtest('list')).trim().split('\n');
    assert.match(head ?? '', /^NAME +STATE +VERDICT +RUNNERS/);
    assert.match(row ?? '', /^long +Running +- +2\/2/);
    assert.deepEqual(others, []);
  });

  it('logs prints the lines of every runner, each with its pod', async () => {
    const pods = await ns.list<{ metadata: { name: string } }>('pods', `${LABEL_TEST}=long`);
    assert.equal(pods.length, RUNNERS);
    const hasAll = async () => {
      const lines = (await loadtest('logs', 'long')).trim().split('\n');
      return pods.every(({ metadata }) => lines.some((line) => line.startsWith(`[pod/${metadata.name}/runner] `)));
    };
    await until('a line of each runner', async () => ((await hasAll()) ? true : undefined), { timeoutMs: 10_000 });
  });

  it('stop ends the load, and wait prints the result so far as inconclusive', async () => {
    assert.match(await loadtest('stop', 'long'), /long is stopping/);
    const waited = await loadtest('wait', 'long').catch((error: unknown) => error);
    assert.ok(waited instanceof CommandError, 'its exit code is not 0');
    assert.equal(waited.code, EXIT.inconclusive);
    assert.match(waited.stderr, /stopped before the load was over/);
    const { status } = await ns.waitFor('long', 'Complete', 10);
    assert.equal(findCondition(status.conditions, 'Complete')?.reason, 'Stopped');
    assert.equal(findCondition(status.conditions, 'Passed')?.status, 'Unknown');
    assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
    assert.ok(status.counts.done > 0 && status.counts.generated < 24_000, JSON.stringify(status.counts));
    assert.equal(await loadtest('stop', 'long'), 'long is already complete\n');
  });

  it('rerun creates it again with changed fields', async () => {
    assert.match(await loadtest('rerun', 'long', '--name', 'again', '--set', 'runners.replicas=1'), /again/);
    const { spec } = await ns.waitFor('again', 'Running', 60);
    assert.deepEqual(spec.load.open?.stages, [{ duration: '10m', rate: 40 }]);
    assert.equal(spec.runners.replicas, 1);
  });
});
