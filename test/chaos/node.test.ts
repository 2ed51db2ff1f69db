import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { type AnotherNode, addNode } from '../cluster/anothernode.ts';
import { kubectl } from '../e2e/environment.ts';
import { type Spec, usePlace } from '../e2e/place.ts';
import { assertKept, assertNotFailed, completeOf, losing, RATE, startAndWait } from './result.ts';

/** Keeps everybody's pods from the node but those of the tests here. */
const TAINT = { key: 'loadtest.dev/chaos', value: 'node', effect: 'NoSchedule' } as const;
/** A node that vanished is known by its silence: a minute of it, 20 s for last words that do not come, and what a busy machine takes to see and say it. */
const GONE_WITHIN_S = 120;

describe('a second node', () => {
  let node: AnotherNode;
  const place = usePlace('node', {
    operator: [],
    prepare: async ({ environment }) => {
      const image = { name: environment.image, archive: environment.imageArchive };
      node = await addNode(2, [image], [`${TAINT.key}=${TAINT.value}:${TAINT.effect}`]);
    },
  });
  after(async () => {
    await node.remove();
    // What was on it is of a cluster that may stay up.
    const there = ['--all-namespaces', `--field-selector=spec.nodeName=${node.name}`, '--grace-period=0', '--force'];
    await kubectl(place.environment, ['delete', 'pods', ...there]);
    await place.kubectl('delete', 'node', node.name, '--ignore-not-found');
  });

  /** One of two runners on the second node. */
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

  it('that is drained in the middle of a load: what its runner sent is kept, and the rest decides', async () => {
    await startAndWait(place, 'drained', 14, spread('drained', 'Continue'), 3 * RATE);
    await place.kubectl('drain', node.name, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=30s');
    const test = await place.waitFor('drained', 'Complete', 60);
    await place.kubectl('uncordon', node.name);
    // A runner that is told to end has time to say what it measured.
    await assertKept(place, 'drained', test, 1);
    assertNotFailed(test);
    assert.deepEqual(test.status.runners, { desired: 2, ready: 1, succeeded: 1, lost: 1 });
    assert.match(completeOf(test)?.message ?? '', /1 of 2 runners lost: .*evict.*% of the arrivals are missing/i);
  });

  it('that vanishes in the middle of a load: its runner is lost after a minute of silence, with what it reported last', async () => {
    const [seconds, requests] = [14, 6 * RATE];
    await Promise.all([
      startAndWait(place, 'gone', seconds, spread('gone', 'Continue'), requests),
      startAndWait(place, 'gone-fails', seconds, spread('gone-fails', 'Fail'), requests),
    ]);
    let missingOfFails = 0;
    const missing = await losing(place, 'gone', async () => {
      missingOfFails = await losing(place, 'gone-fails', () => node.vanish());
    });
    const [goesOn, fails] = await Promise.all(
      ['gone', 'gone-fails'].map((name) => place.waitFor(name, 'Complete', GONE_WITHIN_S)),
    );
    for (const [name, test, most] of [
      ['gone', goesOn!, missing],
      ['gone-fails', fails!, missingOfFails],
    ] as const) {
      // Nothing is left of it but its last report.
      await assertKept(place, name, test, most);
      assert.deepEqual(test.status.runners, { desired: 2, ready: 1, succeeded: 1, lost: 1 });
      assert.match(
        completeOf(test)?.message ?? '',
        /1 of 2 runners lost: runner [01]: no update from it for 6\d s; its node node-2 is not ready; /,
      );
    }
    assertNotFailed(goesOn!);
    const passed = findCondition(fails!.status.conditions, 'Passed');
    assert.deepEqual([passed?.status, passed?.reason], ['False', 'RunnersLost']);
    // A pod there can not be seen to end any more; that holds up nobody.
    await place.kubectl('delete', 'loadtest', 'gone', 'gone-fails', '--timeout=10s');
  });
});
