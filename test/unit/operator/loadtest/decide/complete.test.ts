import type { Observed } from '../../../../../operator/loadtest/observe/observed.ts';
import { at, job, loadTest, NOW } from '../../../../support/operator/operator-fixtures.ts';
import { COMPLETE, ENDED, queued, STARTED, testRows } from '../../../../support/operator/reconcile-states.ts';

/** A complete test with a time to live and metadata of a GitOps tool. */
function tracked(change: Partial<Observed['test']['metadata']>): Observed['test'] {
  const test = loadTest({ ttlSecondsAfterFinished: 60 }, COMPLETE);
  return { ...test, metadata: { ...test.metadata, ...change } };
}

testRows([
  [
    'a Job that Kueue never admitted is deleted when its test ends, because Kueue would start it later',
    { test: loadTest({}, ENDED), job: queued({}, true), pods: [] },
    { actions: ['ForgetUpdates', 'DeleteJob'] },
  ],
  [
    'a complete test keeps its result without runner updates',
    { test: loadTest({}, COMPLETE), updates: new Map(), job: undefined, pods: [] },
    {
      actions: ['ForgetUpdates'],
      unwritten: true,
      requeueAfterMs: undefined,
      Complete: 'True/Finished',
      Passed: 'True/ThresholdsMet',
    },
  ],
  [
    'a complete test is deleted when its time to live is over',
    { test: loadTest({ ttlSecondsAfterFinished: 60 }, COMPLETE), nowMs: NOW + 70_000 },
    { actions: ['ForgetUpdates', 'DeleteTest'], unwritten: true, requeueAfterMs: undefined },
  ],
  [
    'a complete test that Argo CD would create again is kept',
    { test: tracked({ annotations: { 'argocd.argoproj.io/tracking-id': 'shop' } }), nowMs: NOW + 70_000 },
    { actions: ['ForgetUpdates'], unwritten: true },
  ],
  [
    'a complete test that Flux would create again is kept',
    { test: tracked({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } }), nowMs: NOW + 70_000 },
    { actions: ['ForgetUpdates'], unwritten: true },
  ],
  [
    'a complete test that is a hook of Argo CD is deleted',
    {
      test: tracked({
        annotations: { 'argocd.argoproj.io/tracking-id': 'shop', 'argocd.argoproj.io/hook': 'PostSync' },
      }),
      nowMs: NOW + 70_000,
    },
    { actions: ['ForgetUpdates', 'DeleteTest'] },
  ],
  [
    'a complete test is not deleted before its time to live is over',
    { test: loadTest({ ttlSecondsAfterFinished: 60 }, COMPLETE), nowMs: NOW + 69_000, job: job({}) },
    { actions: ['ForgetUpdates'], unwritten: true, requeueAfterMs: 1000 },
  ],
  [
    'runners of a complete test may stay for their last scrape',
    { test: loadTest({}, COMPLETE), nowMs: NOW + 40_000 },
    { actions: ['ForgetUpdates'], unwritten: true, requeueAfterMs: 120_000 },
  ],
  [
    'runners that stay longer than that are stopped',
    { test: loadTest({}, COMPLETE), nowMs: NOW + 160_000 },
    { actions: ['ForgetUpdates', 'SuspendJob'], unwritten: true },
  ],
  [
    'runners that never became ready are stopped soon',
    { test: loadTest({}, { ...COMPLETE, loadStartTime: undefined }), nowMs: NOW + 15_000 },
    { actions: ['ForgetUpdates', 'SuspendJob'], unwritten: true },
  ],
  [
    'a Job that backs off before it creates a successor is stopped too',
    { test: loadTest({}, { ...COMPLETE, loadStartTime: undefined }), nowMs: NOW + 15_000, job: job({}) },
    { actions: ['ForgetUpdates', 'SuspendJob'], unwritten: true },
  ],
  [
    'a completed Job is not changed',
    {
      test: loadTest({}, COMPLETE),
      nowMs: NOW + 160_000,
      job: job({ conditions: [{ type: 'Complete', status: 'True' }] }),
    },
    { actions: ['ForgetUpdates'], unwritten: true },
  ],
  [
    'a test that is being deleted loses its Job',
    { test: { ...loadTest({}, STARTED), metadata: { ...loadTest().metadata, deletionTimestamp: at(0) } } },
    { actions: ['DeleteJob'], unwritten: true },
  ],
]);
