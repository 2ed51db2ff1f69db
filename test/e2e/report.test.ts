import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REPORT_KEY, reportDocumentSchema } from '../../api/report/report-document.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { identityProblems } from '../../model/measure/counters.ts';
import { timesUs } from '../../model/result/figures.ts';
import { formatTimes } from '../../model/result/result-status.ts';
import { decodeHistogram } from '../../model/wire/histogram-encoding.ts';
import { type Spec, useNamespace } from './support/namespace.ts';

const open = (duration: string, rate: number): Spec['load'] => ({
  type: 'Open',
  open: { stages: [{ duration, rate }] },
});

describe('the full report of a LoadTest', () => {
  const ns = useNamespace('report');

  it('is in a ConfigMap that the LoadTest owns, and agrees with the status', async () => {
    const { metadata, status } = await ns.runToEnd('whole', {
      target: { url: ns.url('/whole') },
      load: open('4s', 30),
      runners: { replicas: 2 },
    });
    const name = status.report?.configMapRef.name;
    assert.ok(name !== undefined, 'the status refers to a report');
    const configMap = JSON.parse(await ns.kubectl('get', 'configmap', name, '-o', 'json'));
    assert.deepEqual(
      configMap.metadata.ownerReferences.map((o: { uid: string }) => o.uid),
      [metadata.uid],
    );
    const report = reportDocumentSchema.parse(JSON.parse(configMap.data[REPORT_KEY]));
    const { generated, done, inFlight } = report.timeline;
    const sum = (column: readonly number[]) => column.reduce((a, b) => a + b, 0);
    assert.deepEqual([sum(generated), sum(done)], [status.counts.generated, status.counts.done]);
    assert.ok(Math.max(...inFlight) <= status.maxInFlight!, 'the result has the most requests in flight');
    assert.equal(status.counts.generated, 120);
    const whole = timesUs(decodeHistogram(report.histograms!.responseTime)!.unpack());
    assert.deepEqual(whole && formatTimes(whole), status.responseTime);
    assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
  });

  it('shows that all runners together use each row of a ConfigMap once', async () => {
    const items = Array.from({ length: 40 }, (_, i) => `item-${i}`);
    await ns.kubectl('create', 'configmap', 'rows', `--from-literal=rows.csv=${['item', ...items].join('\n')}`);
    const { status } = await ns.runToEnd('rows', {
      target: { url: ns.url('/') },
      data: { from: { configMapKeyRef: { name: 'rows', key: 'rows.csv' } }, format: 'CSV' },
      requests: [{ name: 'row', path: '/rows/${data.item}' }],
      load: open('2s', 20),
      runners: { replicas: 2 },
    });
    assert.equal(status.counts.done, 40);
    const times = await Promise.all(items.map(async (item) => (await ns.received(`/rows/${item}`))?.total));
    assert.deepEqual(
      times,
      items.map(() => 1),
    );
  });

  it('has the early end by a threshold with abort on the merged data', async () => {
    const { status } = await ns.runToEnd('hopeless', {
      target: { url: ns.url('/hopeless') },
      requests: [{ name: 'bad', path: '?status=503' }],
      load: open('2m', 20),
      runners: { replicas: 2 },
      thresholds: [{ metric: 'errors', max: '5%', abort: true }],
    });
    const passed = findCondition(status.conditions, 'Passed');
    assert.equal(findCondition(status.conditions, 'Complete')?.reason, 'Aborted');
    assert.equal(passed?.status, 'False');
    assert.match(passed?.message ?? '', /errors/);
    assert.ok(status.counts.generated < 1200, `${status.counts.generated} of 2,400 arrivals were generated`);
    assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
  });
});
