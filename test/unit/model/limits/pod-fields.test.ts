import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operatorLimitsSchema, POD_FIELDS } from '../../../../api/common/operator-limits.ts';
import { templateSchema } from '../../../../api/loadtest/pod/template.ts';
import { podFields } from '../../../../model/limits/pod-fields.ts';
import { GATED_TEMPLATES } from '../../../support/specs/gated-templates.ts';

describe('the operator denies by default', () => {
  for (const { what, template, field, needs } of GATED_TEMPLATES)
    it(what, () => {
      const problems = (limits: object) =>
        podFields(templateSchema.parse(template), operatorLimitsSchema.parse(limits));
      if (needs === undefined) return assert.deepEqual(problems({}), []);
      const [problem = '', ...others] = problems({});
      assert.ok(problem.startsWith(`runners.template.${field}`), problem);
      assert.match(problem, new RegExp(`lacks ${needs}`));
      assert.deepEqual(others, []);
      assert.equal(problems({ allowPodFields: POD_FIELDS.filter((name) => name !== needs) }).length, 1);
      assert.deepEqual(problems({ allowPodFields: [needs] }), []);
    });
});

describe('containers beside the runner', () => {
  const template = templateSchema.parse({ sidecars: [{ name: 'a', image: 'b' }] });
  it('are allowed unless limits.allowContainers is false', () => {
    assert.deepEqual(podFields(template, operatorLimitsSchema.parse({})), []);
    assert.deepEqual(podFields(template, operatorLimitsSchema.parse({ allowContainers: false })), [
      'runners.template.sidecars: are not allowed by the operator',
    ]);
  });
});
