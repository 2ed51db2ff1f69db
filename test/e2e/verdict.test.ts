import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCondition, isTrue } from '../../api/status/conditions.ts';
import { CommandError } from '../cluster/system/run.ts';
import { type Spec, useNamespace } from './support/namespace.ts';

const SHORT: Spec['load'] = { type: 'Open', open: { stages: [{ duration: '2s', rate: 20 }] } };

describe('the verdict of a LoadTest', () => {
  const ns = useNamespace('verdict');

  it('is False for a violated threshold, with the reason and the observed value', async () => {
    const { status } = await ns.runToEnd('too-slow', {
      // Slow enough that pacing lag on a busy machine cannot be the reason.
      target: { url: ns.url('/too-slow') },
      requests: [{ name: 'slow', path: '?delay=1000' }],
      load: SHORT,
      thresholds: [
        { metric: 'responseTime.p99', max: '100ms' },
        { metric: 'rate', min: '1' },
      ],
    });
    const passed = findCondition(status.conditions, 'Passed');
    const [p99, rate] = status.thresholds ?? [];
    assert.deepEqual([passed?.status, passed?.reason], ['False', 'ThresholdExceeded']);
    assert.match(passed?.message ?? '', /responseTime\.p99 [0-9.]+s exceeds 100ms/);
    assert.deepEqual([p99?.passed, rate?.passed], [false, true]);
    assert.equal(p99?.observed, status.responseTime?.p99);
    await assert.rejects(
      ns.kubectl('wait', '--for=condition=Passed', 'loadtest/too-slow', '--timeout=1s'),
      (error) => error instanceof CommandError && error.code === 1,
    );
  });

  it('is False for unexpected responses, which do not count as failed', async () => {
    const { status } = await ns.runToEnd('unexpected', {
      target: { url: ns.url('/unexpected') },
      requests: [{ name: 'bad', path: '?status=503' }],
      load: SHORT,
      thresholds: [{ metric: 'errors', max: '1%' }],
    });
    assert.equal(status.counts.done, 40);
    assert.equal(status.counts.unexpected, 40);
    assert.equal(status.counts.failed, 0);
    assert.deepEqual(status.responses, [{ status: 503, count: 40 }]);
    assert.equal(status.errorShare, '100%');
    assert.equal(isTrue(status.conditions, 'Complete'), true);
    assert.equal(findCondition(status.conditions, 'Passed')?.status, 'False');
  });

  it('counts a wrong password as a response of the target', async () => {
    await ns.kubectl(
      'create',
      'secret',
      'generic',
      'wrong',
      '--from-literal=username=load',
      '--from-literal=password=no',
    );
    const { status } = await ns.runToEnd('wrong-password', {
      target: { url: ns.url('/private/wrong'), auth: { type: 'Basic', basic: { secretRef: { name: 'wrong' } } } },
      load: SHORT,
    });
    assert.deepEqual(status.responses, [{ status: 401, count: 40 }]);
    assert.equal(status.counts.unexpected, 40);
  });
});
