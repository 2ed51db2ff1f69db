import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatProblem, validateText } from '../../../cli/input/validate.ts';
import { yamlText } from '../../../render/yaml-text.ts';
import { GOOD_LOAD_TEST, GOOD_SPECS } from '../../support/specs/good-specs.ts';
import { WRONG_LOAD_TESTS, WRONG_SCHEDULED_LOAD_TESTS } from '../../support/specs/wrong-specs.ts';

const problemsOf = (text: string) => validateText(text, 'f.yaml').problems.map(formatProblem);

describe('loadtest validate refuses', () => {
  for (const { what: title, manifest, path, message } of [...WRONG_LOAD_TESTS, ...WRONG_SCHEDULED_LOAD_TESTS])
    it(`${manifest.kind}: ${title}`, () => {
      const { problems } = validateText(yamlText(manifest), 'f.yaml');
      assert.deepEqual(
        problems.map((p) => p.path),
        [path],
        problems.map(formatProblem).join('\n'),
      );
      assert.ok(problems[0]?.message.includes(message), `${problems[0]?.message} should contain ${message}`);
    });

  it('an unknown kind', () => {
    assert.deepEqual(problemsOf('{apiVersion: batch/v1, kind: Job, metadata: {name: a}}'), [
      'f.yaml:1:24: Job a: kind: Job is not supported: a file contains LoadTests, ScheduledLoadTests, Secrets and ConfigMaps',
    ]);
  });

  it('a misspelt kind', () => {
    assert.deepEqual(problemsOf('{apiVersion: loadtest.dev/v1alpha1, kind: Loadtest, metadata: {name: a}}'), [
      'f.yaml:1:37: Loadtest a: kind: Loadtest is not supported; did you mean LoadTest?',
    ]);
  });

  it('an unknown version of the API', () => {
    assert.deepEqual(problemsOf('{apiVersion: loadtest.dev/v1, kind: LoadTest, metadata: {name: a}}'), [
      'f.yaml:1:2: LoadTest a: apiVersion: must be loadtest.dev/v1alpha1, the only version',
    ]);
  });

  it('a LoadTest without a name', () => {
    const text = yamlText({ ...GOOD_LOAD_TEST, metadata: {} });
    assert.deepEqual(problemsOf(text), ['f.yaml:3:1: LoadTest: metadata.name: name or generateName is required']);
  });

  it('a name that Kubernetes does not allow', () => {
    const text = yamlText({ ...GOOD_LOAD_TEST, metadata: { name: 'My_Test' } });
    assert.match(problemsOf(text).join(), /LoadTest My_Test: metadata.name: must be the name of an object/);
  });

  it('a Secret whose data is not base64', () => {
    assert.deepEqual(problemsOf('{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {password: "p!"}}'), [
      'f.yaml:1:60: Secret a: data.password: must be base64',
    ]);
  });

  it('a broken YAML file, and names line and column', () => {
    assert.match(problemsOf('kind: LoadTest\nspec: [1, 2\n').join(), /^f\.yaml:3:1: /);
  });

  it('an invalid document beside a valid one, and names the invalid one', () => {
    const { documents, problems } = validateText(
      [yamlText(GOOD_LOAD_TEST), yamlText({ ...GOOD_LOAD_TEST, metadata: { name: 'other' }, spec: {} })].join('---\n'),
      'f.yaml',
    );
    assert.deepEqual(
      documents.map((d) => d.kind),
      ['LoadTest'],
    );
    assert.deepEqual(problems.map(formatProblem), [
      'f.yaml:73:1: LoadTest other: spec.target: is required',
      'f.yaml:73:1: LoadTest other: spec.load: is required',
    ]);
  });
});

describe('loadtest validate accepts', () => {
  for (const [title, manifest] of GOOD_SPECS) it(title, () => assert.deepEqual(problemsOf(yamlText(manifest)), []));

  it('Secrets and ConfigMaps beside a test, and JSON', () => {
    const text = [
      JSON.stringify(GOOD_LOAD_TEST),
      '{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {password: p}, data: {username: bWU=}}',
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b}}',
    ].join('\n---\n');
    const { documents, problems } = validateText(text, 'f.yaml');
    assert.deepEqual(problems, []);
    assert.deepEqual(
      documents.map((d) => d.kind),
      ['LoadTest', 'Secret', 'ConfigMap'],
    );
  });
});
