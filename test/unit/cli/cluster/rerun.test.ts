import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubectlResult } from '../../../../cli/cluster/kubectl.ts';
import { logArguments } from '../../../../cli/cluster/log-arguments.ts';
import { rerun } from '../../../../cli/cluster/rerun.ts';
import { stopTest } from '../../../../cli/cluster/stop.ts';
import { finished } from '../../../support/results/report-fixture.ts';

const { spec } = finished();
const original = {
  ...{ apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest' },
  metadata: {
    ...{ name: 'checkout', namespace: 'shop', uid: 'u', resourceVersion: '5', generation: 2 },
    labels: { team: 'shop', 'loadtest.dev/scheduled-by': 'nightly' },
    annotations: {
      ...{ note: 'kept', 'loadtest.dev/stop': 'true', 'loadtest.dev/scheduled-at': 'then' },
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    },
    ownerReferences: [{ kind: 'ScheduledLoadTest', name: 'nightly' }],
  },
  spec,
  status: { observedGeneration: 2 },
};
const MISSING: KubectlResult = { problem: 'loadtests.loadtest.dev "checkout" not found', isFinal: true };

/** A kubectl that returns one object, and records its calls and the objects that it creates. */
function cluster(object: typeof original | undefined) {
  const calls: string[] = [];
  const created: (typeof original)[] = [];
  const kubectl = async (args: readonly string[], input = ''): Promise<KubectlResult> => {
    calls.push(args.join(' '));
    if (object === undefined) return MISSING;
    if (args[0] !== 'create') return { out: JSON.stringify(object) };
    created.push(JSON.parse(input));
    const { metadata } = created.at(-1)!;
    return {
      out: JSON.stringify({ ...created.at(-1), metadata: { ...metadata, name: metadata.name ?? 'checkout-abcde' } }),
    };
  };
  return { kubectl, calls, created };
}

describe('loadtest rerun', () => {
  it('creates the same test again, without fields of its run or its owner', async () => {
    const { kubectl, created } = cluster(original);
    assert.deepEqual(await rerun(kubectl, { test: 'checkout', set: [] }), { name: 'checkout-abcde' });
    assert.deepEqual(created, [
      {
        ...{ apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest' },
        metadata: {
          ...{ generateName: 'checkout-', namespace: 'shop', labels: { team: 'shop' }, annotations: { note: 'kept' } },
        },
        spec,
      },
    ]);
  });

  it('of a rerun does not lengthen the generated name', async () => {
    const { metadata } = original;
    const { kubectl, created } = cluster({ ...original, metadata: { ...metadata, generateName: 'pay-' } as never });
    await rerun(kubectl, { test: 'pay-x2x2x', set: [] });
    assert.deepEqual(created[0]!.metadata, { ...created[0]!.metadata, generateName: 'pay-' });
  });

  it('applies a new name and overrides', async () => {
    const { kubectl, created } = cluster(original);
    const set = ['load.open.stages[1].rate=900', 'runners.replicas=3'];
    assert.deepEqual(await rerun(kubectl, { test: 'checkout', newName: 'twice', set }), { name: 'twice' });
    assert.deepEqual([created[0]!.spec.load.open?.stages[1]?.rate, created[0]!.spec.runners.replicas], [900, 3]);
    assert.equal(spec.load.open?.stages[1]?.rate, 500);
  });

  const refusals: [string, Parameters<typeof rerun>[1], RegExp][] = [
    [
      'an override that violates the schema',
      { test: 'checkout', set: ['runners.replicas=0'] },
      /LoadTest checkout: spec\.runners\.replicas: /,
    ],
    [
      'an override with a path below a plain value',
      { test: 'checkout', set: ['target.url.port=1'] },
      /target\.url is a plain value/,
    ],
    ['an invalid override', { test: 'checkout', set: ['runners'] }, /must be PATH=VALUE/],
    ['an invalid name', { test: 'checkout', newName: 'Not/One', set: [] }, /metadata\.name/],
  ];
  for (const [title, request, problem] of refusals)
    it(`refuses ${title}, and creates nothing`, async () => {
      const { kubectl, created } = cluster(original);
      const response = await rerun(kubectl, request);
      assert.match('problems' in response ? response.problems.join() : '', problem);
      assert.deepEqual(created, []);
    });

  it('reports that the test does not exist', async () =>
    assert.deepEqual(await rerun(cluster(undefined).kubectl, { test: 'checkout', set: [] }), {
      problems: [MISSING.problem],
    }));
});

describe('loadtest stop', () => {
  const complete = {
    ...{ type: 'Complete', status: 'True', reason: 'Finished', message: '' },
    lastTransitionTime: '2026-03-01T12:00:00Z',
  };
  it('annotates the test', async () => {
    const { kubectl, calls } = cluster(original);
    assert.deepEqual(await stopTest(kubectl, 'checkout'), { done: 'checkout is stopping' });
    assert.equal(calls[1], 'annotate --overwrite loadtests.loadtest.dev checkout loadtest.dev/stop=true');
  });
  it('does not change a complete test', async () => {
    const { kubectl, calls } = cluster({ ...original, status: { conditions: [complete] } as never });
    assert.deepEqual(await stopTest(kubectl, 'checkout'), { done: 'checkout is already complete' });
    assert.equal(calls.length, 1);
  });
  it('reports that the test does not exist', async () =>
    assert.deepEqual(await stopTest(cluster(undefined).kubectl, 'checkout'), { problem: MISSING.problem }));
});

describe('loadtest logs', () => {
  const metadata = { name: 'checkout', namespace: 'shop', uid: 'u' };
  const argumentsFor = (replicas: number, options = {}) =>
    logArguments({ metadata, spec: { ...spec, runners: { ...spec.runners, replicas } }, status: {} }, options).join(
      ' ',
    );
  const common = 'logs --prefix --tail=-1 --namespace=shop --selector=loadtest.dev/name=checkout,loadtest.dev/uid=u';
  it('selects all runners of this test only', () => assert.equal(argumentsFor(2), `${common} --max-log-requests=5`));
  it('raises the limit of streams for many runners', () => assert.match(argumentsFor(40), / --max-log-requests=40$/));
  it('passes options on to kubectl', () =>
    assert.equal(
      argumentsFor(2, { follow: true, timestamps: true, tail: '5', since: '1m' }),
      `${common.replace('-1', '5')} --max-log-requests=5 --follow --timestamps --since=1m`,
    ));
});
