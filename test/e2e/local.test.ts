import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { stringify } from 'yaml';
import { API_VERSION } from '../../api/common/group.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { run } from '../cluster/system/run.ts';
import { repository } from './support/environment.ts';
import { type EndedLoadTest, type Spec, useNamespace } from './support/namespace.ts';

describe('one file', () => {
  const ns = useNamespace('local');
  const folder = mkdtempSync(join(tmpdir(), 'loadtest-e2e-'));
  const file = join(folder, 'test.yaml');
  after(() => rmSync(folder, { recursive: true }));

  before(() => {
    const spec: Spec = {
      target: {
        url: ns.urlByAddress('/private/both'),
        auth: { type: 'Basic', basic: { secretRef: { name: 'login-here' } } },
      },
      requests: [{ name: 'form', method: 'POST', body: { type: 'Form', form: [{ name: 'q', value: 'a b' }] } }],
      load: { type: 'Open', open: { startRate: 10, stages: [{ duration: '4s', rate: 40 }] } },
      thresholds: [
        { metric: 'errors', max: '0%' },
        { metric: 'responseTime.p50', max: '500ms' },
      ],
      runners: { replicas: 2 },
    };
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'login-here' },
      type: 'kubernetes.io/basic-auth',
      stringData: { username: 'load', password: 'pass:wörd' },
    };
    const test = { apiVersion: API_VERSION, kind: 'LoadTest', metadata: { name: 'both' }, spec };
    writeFileSync(file, [secret, test].map((document) => stringify(document)).join('---\n'));
  });

  /** The part of a result that does not depend on the speed of the machine. */
  const comparable = ({ counts, responses, errors, thresholds, rate }: LoadTestStatus) => ({
    counts,
    responses,
    errors: errors ?? [],
    target: rate?.target,
    thresholds: thresholds?.map(({ observed: _, ...threshold }) => threshold),
  });

  it('runs in the cluster and on this machine with the same result', async () => {
    await ns.kubectl('apply', '-f', file);
    const onCluster = await ns.waitFor('both', 'Complete', 60);
    const local: EndedLoadTest = JSON.parse(
      await run([join(repository, 'bin/loadtest.cjs'), 'run', file, '-o', 'json']),
    );
    assert.equal(onCluster.status.counts.done, 100);
    assert.deepEqual(comparable(local.status), comparable(onCluster.status));
    const received = await ns.received('/private/both');
    assert.deepEqual([received?.total, received?.statuses], [200, { 200: 200 }]);
    assert.deepEqual(received?.bodies, { 'q=a+b': 200 });
  });
});
