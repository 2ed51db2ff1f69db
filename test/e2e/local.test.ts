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

/** Numbers in the file, and what the API server leaves of them: 64 bits of an integer, and the shortest notation of a double. */
const NUMBERS = '{"big":9007199254740993,"id":8414239796945638123,"least":-9223372036854775808,"price":1.10}';
const SENT = NUMBERS.replace('1.10', '1.1');

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
      requests: [
        { name: 'form', weight: 3, method: 'POST', body: { type: 'Form', form: [{ name: 'q', value: 'a b' }] } },
        { name: 'numbers', path: '/numbers', method: 'POST', body: { type: 'JSON', json: 'NUMBERS' } },
      ],
      load: { type: 'Open', open: { startRate: 10, stages: [{ duration: '4s', rate: 40 }] } },
      thresholds: [
        { metric: 'errors', max: '0%' },
        { metric: 'responseTime.p50', max: '5s' },
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
    writeFileSync(
      file,
      [secret, test].map((document) => stringify(document).replace('NUMBERS', NUMBERS)).join('---\n'),
    );
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
    // Exit code 2: inconclusive, where this machine paused.
    const command = '"$0" run "$1" -o json || [ $? = 2 ]';
    const local: EndedLoadTest = JSON.parse(
      await run(['sh', '-c', command, join(repository, 'bin/loadtest.cjs'), file]),
    );
    assert.equal(onCluster.status.counts.done, 100);
    assert.deepEqual(comparable(local.status), comparable(onCluster.status));
    const [form, numbers] = [await ns.received('/private/both'), await ns.received('/private/both/numbers')];
    assert.deepEqual([form?.statuses, form?.bodies], [{ 200: 150 }, { 'q=a+b': 150 }]);
    assert.deepEqual([numbers?.statuses, numbers?.bodies], [{ 200: 50 }, { [SENT]: 50 }]);
  });
});
