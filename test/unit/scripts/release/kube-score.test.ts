import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Scored, unexpectedFindings } from '../../../../scripts/release/kube-score.ts';

const scored = (kind: string, id: string, summary: string, more: Partial<Scored['checks'][0]> = {}): Scored => ({
  type_meta: { kind },
  object_meta: { name: 'operator' },
  checks: [{ check: { id }, grade: 1, skipped: false, comments: [{ summary }], ...more }],
});
const cpu = scored('Deployment', 'container-resources', 'CPU limit is not set');

test('a finding of kube-score is reported unless the documents explain it', () => {
  const memory = 'Memory limit is not set';
  assert.deepEqual(unexpectedFindings([cpu, scored('Pod', 'container-resources', memory)]), [
    `Pod operator: container-resources: ${memory}`,
  ]);
  assert.deepEqual(unexpectedFindings([cpu, scored('Pod', 'new-check', 'CPU limit is not set')]), [
    'Pod operator: new-check: CPU limit is not set',
  ]);
  for (const no of [{ grade: 10 }, { skipped: true }, { comments: null }])
    assert.deepEqual(unexpectedFindings([cpu, scored('Pod', 'container-resources', memory, no)]), []);
});

test('an output without a Deployment proves nothing', () => {
  assert.throws(() => unexpectedFindings([scored('Pod', 'container-resources', 'x')]), /no Deployment/);
});
