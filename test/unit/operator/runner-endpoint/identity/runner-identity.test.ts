import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../../../../operator/kube/types.ts';
import { runnerOf } from '../../../../../operator/runner-endpoint/identity/runner-identity.ts';
import { JOB, job, pod, UID } from '../../../../support/operator/operator-fixtures.ts';

describe('the runner of a pod', () => {
  const change = (metadata: Partial<Pod['metadata']>): Pod => ({
    ...pod(1),
    metadata: { ...pod(1).metadata, ...metadata },
  });
  const [owner] = pod(1).metadata.ownerReferences!;
  const rows: [sentence: string, pod: Pod, isRunner: boolean][] = [
    ['exists for a pod of the Job', pod(1), true],
    ['does not exist for a pod without labels', change({ labels: {} }), false],
    ['does not exist for a pod with our labels but without an owner', change({ ownerReferences: [] }), false],
    [
      'does not exist for a pod of another Job with the same name',
      change({ ownerReferences: [{ ...owner!, uid: 'forged' }] }),
      false,
    ],
    [
      'does not exist for a pod whose owner is of another kind',
      change({ ownerReferences: [{ ...owner!, kind: 'ReplicaSet' }] }),
      false,
    ],
    [
      'does not exist for a pod whose owner is not its controller',
      change({ ownerReferences: [{ ...owner!, controller: false }] }),
      false,
    ],
    [
      'does not exist for a pod without an index',
      change({ labels: { ...pod(1).metadata.labels, 'batch.kubernetes.io/job-completion-index': 'x' } }),
      false,
    ],
  ];
  for (const [sentence, candidate, isRunner] of rows) {
    it(sentence, () => {
      const found = runnerOf(candidate, () => job());
      assert.deepEqual(
        found,
        isRunner ? { namespace: 'shop', name: 'checkout', uid: UID, index: 1, podUid: 'pod-1' } : undefined,
      );
    });
  }

  it('does not exist for a pod of a Job that the LoadTest does not own', () => {
    const other = { ...job(), metadata: { ...job().metadata, ownerReferences: [] } };
    assert.equal(
      runnerOf(pod(1), () => other),
      undefined,
    );
  });

  it('does not exist for a pod of a Job that is not known', () => {
    const lookups: string[] = [];
    const found = runnerOf(pod(1), (...names) => void lookups.push(names.join('/')));
    assert.deepEqual([found, lookups], [undefined, [`shop/${JOB}`]]);
  });
});
