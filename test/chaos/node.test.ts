import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { type AnotherNode, addNode } from '../cluster/another-node.ts';
import { kubectl } from '../e2e/support/environment.ts';
import { type Spec, useNamespace } from '../e2e/support/namespace.ts';
import { assertNotFailed } from '../e2e/support/verdict.ts';
import { assertKept, completeOf, losing, RATE, startAndWait } from './result.ts';

/** A taint that admits only the pods of these tests to the node. */
const TAINT = { key: 'loadtest.dev/chaos', value: 'node', effect: 'NoSchedule' } as const;
/** Time until the loss of a vanished node is reported: a minute of silence, 20 s for the termination message, and the delay of a busy machine. */
const GONE_WITHIN_S = 120;

describe('a second node', () => {
  let node: AnotherNode;
  const ns = useNamespace('node', {
    operator: [],
    prepare: async ({ environment }) => {
      const image = { name: environment.image, archive: environment.imageArchive };
      node = await addNode(2, [image], [`${TAINT.key}=${TAINT.value}:${TAINT.effect}`]);
    },
  });
  after(async () => {
    await node.remove();
    // The cluster may stay up, so that the node's objects must go.
    const there = ['--all-namespaces', `--field-selector=spec.nodeName=${node.name}`, '--grace-period=0', '--force'];
    await kubectl(ns.environment, ['delete', 'pods', ...there]);
    await ns.kubectl('delete', 'node', node.name, '--ignore-not-found');
  });

  /** Places one of two runners on the second node. */
  const spread = (name: string, onLoss: 'Fail' | 'Continue'): NonNullable<Spec['runners']> => {
    const labelSelector = { matchLabels: { [LABEL_TEST]: name } };
    const apart = [{ labelSelector, topologyKey: 'kubernetes.io/hostname' }];
    return {
      onLoss,
      template: {
        tolerations: [{ ...TAINT, operator: 'Equal' }],
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apart } },
      },
    };
  };

  it('that is drained under load loses no measurements of its runner, and the other runner decides', async () => {
    await startAndWait(ns, 'drained', 14, spread('drained', 'Continue'), 3 * RATE);
    await ns.kubectl('drain', node.name, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=30s');
    const test = await ns.waitFor('drained', 'Complete', 60);
    await ns.kubectl('uncordon', node.name);
    // A runner that receives SIGTERM has time to send its measurements.
    await assertKept(ns, 'drained', test, 1);
    assertNotFailed(test);
    assert.deepEqual(test.status.runners, { desired: 2, ready: 1, succeeded: 1, lost: 1 });
    assert.match(completeOf(test)?.message ?? '', /1 of 2 runners lost: .*evict.*% of the arrivals are missing/i);
  });

  it('that vanishes under load loses its runner after a minute of silence; the last update counts', async () => {
    const [seconds, requests] = [14, 6 * RATE];
    await Promise.all([
      startAndWait(ns, 'gone', seconds, spread('gone', 'Continue'), requests),
      startAndWait(ns, 'gone-failed', seconds, spread('gone-failed', 'Fail'), requests),
    ]);
    let missingOfFails = 0;
    const missing = await losing(ns, 'gone', async () => {
      missingOfFails = await losing(ns, 'gone-failed', () => node.vanish());
    });
    const [continued, failed] = await Promise.all(
      ['gone', 'gone-failed'].map((name) => ns.waitFor(name, 'Complete', GONE_WITHIN_S)),
    );
    for (const [name, test, most] of [
      ['gone', continued!, missing],
      ['gone-failed', failed!, missingOfFails],
    ] as const) {
      // Only its last update is left.
      await assertKept(ns, name, test, most);
      assert.deepEqual(test.status.runners, { desired: 2, ready: 1, succeeded: 1, lost: 1 });
      assert.match(
        completeOf(test)?.message ?? '',
        /1 of 2 runners lost: runner [01]: no update from it for 6\d s; its node node-2 is not ready; /,
      );
    }
    assertNotFailed(continued!);
    const passed = findCondition(failed!.status.conditions, 'Passed');
    assert.deepEqual([passed?.status, passed?.reason], ['False', 'RunnersLost']);
    // The end of a pod there is unobservable, which must block nothing.
    await ns.kubectl('delete', 'loadtest', 'gone', 'gone-failed', '--timeout=10s');
  });
});
