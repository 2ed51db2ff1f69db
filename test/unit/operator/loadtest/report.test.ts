import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REPORT_KEY } from '../../../../api/report/report-document.ts';
import { readReports } from '../../../../cli/input/results.ts';
import { reconcile } from '../../../../operator/loadtest/decide/reconcile.ts';
import { placeOf, reportConfigMap } from '../../../../operator/loadtest/resources/report-configmap.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import {
  at,
  loadTest,
  NOW,
  observedState,
  pod,
  snapshot,
  UID,
  update,
} from '../../../support/operator/operator-fixtures.ts';
import { reportOf } from '../../../support/results/report-document.ts';

const loaded = { startTime: at(-30_000), loadStartTime: at(-12_000) };

describe('the full report', () => {
  it('is written when the last runner has finished, and referenced in the status', () => {
    const { actions, status } = reconcile(
      observedState({
        test: loadTest({}, loaded),
        updates: new Map([0, 1].map((i) => update(i, { phase: 'Finished', snapshot: snapshot(50) }))),
      }),
    );
    const write = actions.find((a) => a.type === 'WriteReport');
    assert.deepEqual(
      write?.runners.map(({ index, state, snapshot: s }) => [index, state, s?.requests[0]?.counts.done]),
      [
        [0, 'Finished', 50],
        [1, 'Finished', 50],
      ],
    );
    assert.equal(write?.summary.counts.done, 100, 'the summary of the status, for the report and the push');
    assert.match(status?.report?.configMapRef.name ?? '', /^checkout-report-[0-9a-f]{8}$/);
  });

  it('is not written while a runner still runs', () => {
    const { actions, status } = reconcile(
      observedState({
        test: loadTest({}, loaded),
        updates: new Map([
          update(0, { phase: 'Finished', snapshot: snapshot(50) }),
          update(1, { phase: 'Running', snapshot: snapshot(40) }),
        ]),
      }),
    );
    assert.deepEqual([actions.some((a) => a.type === 'WriteReport'), status?.report], [false, undefined]);
  });

  it('is in a ConfigMap that is owned by the LoadTest and that loadtest report reads', () => {
    const report = reportOf();
    const configMap = reportConfigMap({ namespace: 'shop', name: 'checkout', uid: UID }, report);
    assert.deepEqual(
      configMap.metadata.ownerReferences.map((o) => o.uid),
      [UID],
    );
    assert.ok(configMap.data[REPORT_KEY].length < 1024 * 1024);
    assert.deepEqual(readReports(JSON.stringify(configMap), 'cm'), { reports: [report] });
  });

  it('has the nodes and the image of the pods', () => {
    const on = (index: number, nodeName: string) => ({
      ...pod(index, { phase: 'Running', containerStatuses: [{ name: 'runner', imageID: 'repo@sha256:1' }] }),
      spec: { nodeName },
    });
    assert.deepEqual(placeOf([on(0, 'b'), on(1, 'a'), on(2, 'b')]), { nodes: ['a', 'b'], image: 'repo@sha256:1' });
    assert.deepEqual(placeOf([pod(0)]), {});
  });
});

describe('the timeline of a LoadTest in the operator', () => {
  it('consists of the last runner updates, and is forgotten with the LoadTest', () => {
    const store = new UpdateStore();
    const { spec } = loadTest();
    assert.ok(spec);
    const receive = (index: number, elapsedMs: number, done: number) => {
      const update = { phase: 'Running' as const, snapshot: { ...snapshot(done), elapsedMs } };
      store.put(UID, index, { podUid: `pod-${index}`, receivedAtMs: NOW, update });
      store.timeline(UID, spec).record(store.snapshots(UID, 2));
    };
    receive(0, 1000, 10);
    receive(1, 1010, 12);
    receive(0, 2000, 20);
    receive(1, 2010, 24);
    const { done } = store.timeline(UID, spec).finish(store.snapshots(UID, 2).flatMap((s) => s ?? []));
    assert.equal(
      done.reduce((sum, n) => sum + n),
      44,
    );
    store.forget(UID);
    assert.equal(store.timeline(UID, spec).elapsedMs, 0);
  });
});
