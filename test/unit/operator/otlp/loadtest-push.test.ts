import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { summarise } from '../../../../model/measure/summary.ts';
import type { MeasuredTest } from '../../../../operator/loadtest/dependencies.ts';
import { LoadTestPush } from '../../../../operator/otlp/loadtest-push.ts';
import { at, loadTest, NOW, snapshot } from '../../../support/operator/operator-fixtures.ts';

/** A push whose endpoint responds with `problems` in turn. */
function pushWith(problems: readonly (string | undefined)[]) {
  const exported: ResourceMetrics[] = [];
  const logged: string[] = [];
  const push = new LoadTestPush({
    exporter: { export: async (metrics) => problems[exported.push(metrics) - 1], close: async () => {} },
    running: () => [],
    everyMs: 1000,
    now: () => NOW,
    log: { info: (text) => void logged.push(text), warn: (text) => void logged.push(text), error: () => {} },
  });
  /** Ends a test, and waits until its push is over. */
  const end = async (uid: string) => {
    const test = { ...ended, metadata: { ...ended.metadata, uid } };
    await new Promise<void>((resolve) => assert.equal(push.isOver(test, resolve), false));
    return push.isOver(test, () => assert.fail('was pushed again'));
  };
  return { push, exported, logged, end };
}

const { metadata, spec } = loadTest();
const condition = { type: 'Passed', reason: 'ThresholdsMet', message: '', lastTransitionTime: at(0) } as const;
const ended: MeasuredTest = {
  metadata,
  spec: spec!,
  status: { loadStartTime: at(-10_000), conditions: [{ ...condition, status: 'True' }] },
  summary: () => summarise(spec!, [snapshot(3), snapshot(4)]),
};

/** The sum over the points of a metric. */
function totalOf({ scopeMetrics: [scope] }: ResourceMetrics, name: string): number | undefined {
  const points = scope!.metrics.find((m) => m.descriptor.name === name)?.dataPoints;
  return points?.reduce((sum, { value }) => sum + (typeof value === 'number' ? value : (value.count ?? 0)), 0);
}

describe('the push of a test that ends', () => {
  it('has the merged figures of all runners, and the verdict', async () => {
    const { exported, end } = pushWith([]);
    assert.equal(await end('a'), true);
    const names = ['loadtest.requests.done', 'loadtest.response_time', 'loadtest.passed', 'loadtest.running'];
    assert.deepEqual(
      names.map((name) => totalOf(exported[0]!, name)),
      [7, 7, 1, 0],
    );
    assert.equal(exported[0]!.resource.attributes['k8s.namespace.name'], 'shop');
    assert.equal(exported.length, 1);
  });
  it('is over when the endpoint takes nothing, which is logged once until it works again', async () => {
    const { logged, end } = pushWith(['ECONNREFUSED', 'ECONNREFUSED', undefined]);
    for (const uid of ['a', 'b', 'c']) assert.equal(await end(uid), true);
    assert.deepEqual(logged, ['metrics did not reach the OTLP endpoint', 'metrics reach the OTLP endpoint again']);
  });
});
