import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerStatus, Pod } from '../../../../operator/kube/types.ts';
import { endOf, isOver, terminationMessageOf, waitingFor } from '../../../../operator/loadtest/resources/pods.ts';
import { placeOf } from '../../../../operator/loadtest/resources/report-configmap.ts';
import { job, pod } from '../../../support/operator/operator-fixtures.ts';

const PROXY: ContainerStatus = { name: 'istio-proxy', imageID: 'proxy@sha256:1', state: {} };
const ENDED: ContainerStatus = {
  name: 'proxy-that-ended',
  imageID: 'proxy@sha256:2',
  state: { terminated: { exitCode: 0, reason: 'Completed', message: 'of the proxy' } },
};
const runner = (state: NonNullable<ContainerStatus['state']>): ContainerStatus => {
  return { name: 'runner', imageID: 'runner@sha256:3', state };
};
const killed = runner({ terminated: { exitCode: 137, reason: 'OOMKilled', message: 'of the runner' } });
const meshed = (own: ContainerStatus): Pod =>
  pod(0, { phase: 'Running', containerStatuses: [PROXY, ENDED, own], initContainerStatuses: [ENDED] });

test('the runner of a pod is the container of that name, at any position', () => {
  const over = meshed(killed);
  assert.equal(isOver(over), true, 'although a proxy still runs in the pod');
  assert.equal(terminationMessageOf(over), 'of the runner');
  assert.equal(endOf(over), 'OOMKilled, exit code 137');
  assert.equal(placeOf([over]).image, 'runner@sha256:3');
});

test('the end of another container does not end the runner', () => {
  const running = meshed(runner({}));
  assert.equal(isOver(running), false);
  assert.equal(terminationMessageOf(running), undefined);
});

test('an image of a native sidecar that cannot be pulled is the reason why a runner is not ready', () => {
  const waiting: ContainerStatus = {
    name: 'linkerd-proxy',
    state: { waiting: { reason: 'ErrImagePull', message: 'no such proxy' } },
  };
  const starting = runner({ waiting: { reason: 'PodInitializing' } });
  const held = pod(0, { phase: 'Pending', containerStatuses: [starting], initContainerStatuses: [waiting] });
  const { reason, message } = waitingFor(job(), [held], 1, undefined);
  assert.equal(reason, 'ImagePullFailed');
  assert.match(message, /no such proxy/);
});

test('a runner that has ended is over even while a native sidecar still runs', () => {
  const sidecar: ContainerStatus = { name: 'istio-proxy', state: {} };
  const ended = (status: Pod['status']) =>
    pod(0, {
      ...status,
      initContainerStatuses: [sidecar],
      containerStatuses: [runner({ terminated: { exitCode: 0, message: 'final snapshot' } })],
    });
  for (const phase of ['Running', 'Succeeded'])
    assert.deepEqual(
      [isOver(ended({ phase })), terminationMessageOf(ended({ phase }))],
      [true, 'final snapshot'],
      phase,
    );
});

test('the end of an evicted pod has the message of the kubelet', () => {
  const evicted = pod(0, {
    phase: 'Failed',
    reason: 'Evicted',
    message: 'The node was low on resource: memory.',
    containerStatuses: [killed],
  });
  assert.equal(endOf(evicted), 'Evicted: The node was low on resource: memory.');
  assert.equal(terminationMessageOf(evicted), 'of the runner');
});
