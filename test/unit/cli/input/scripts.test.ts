import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { prepareTests } from '../../../../cli/input/prepare-tests.ts';
import { runnableScriptProblems, scriptProblems } from '../../../../cli/input/scripts.ts';
import { formatProblem, validateText } from '../../../../cli/input/validate.ts';

const spec = {
  target: { url: 'http://127.0.0.1:8080' },
  load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  script: { configMapKeyRef: { name: 'hooks', key: 'sign.js' } },
};
const apiVersion = 'loadtest.dev/v1alpha1';
const single = { apiVersion, kind: 'LoadTest', metadata: { name: 'signed' }, spec };
const scheduled = {
  apiVersion,
  kind: 'ScheduledLoadTest',
  metadata: { name: 'nightly' },
  spec: { schedule: '0 3 * * *', loadTestTemplate: { spec } },
};
const script = (source: string, namespace?: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'hooks', ...(namespace && { namespace }) },
  data: { 'sign.js': source },
});
const INVALID = 'export const a = 1;\nexport function request( {\n  return 1;\n}\n';

const cases: [title: string, documents: object[], problems: string[]][] = [
  ['a valid script', [single, script('export const request = () => {};')], []],
  ['a script with side effects on import', [single, script('process.exit(3);')], []],
  [
    'a mistake in the script of a test',
    [single, script(INVALID)],
    ['f.yaml:13:3: LoadTest signed: spec.script: sign.js:3: SyntaxError: Unexpected number'],
  ],
  [
    'a mistake in the script of a scheduled test',
    [scheduled, script(INVALID)],
    [
      'f.yaml:16:7: ScheduledLoadTest nightly: spec.loadTestTemplate.spec.script: sign.js:3: SyntaxError: Unexpected number',
    ],
  ],
  ['a script that is not in the file', [single], []],
  ['a script in another namespace', [single, script(INVALID, 'other')], []],
];
for (const [title, documents, expected] of cases)
  test(`loadtest validate checks the syntax of ${title} without running it`, async () => {
    const found = validateText(documents.map((d) => stringify(d)).join('---\n'), 'f.yaml');
    assert.deepEqual(found.problems, []);
    const problems = await scriptProblems(found.documents, 'f.yaml');
    assert.deepEqual(problems.map(formatProblem), expected);
  });

const runnable: [name: string, node: string, problem: string][] = [
  ['the problems that validate finds', '26.0.0', 'sign.js:3: SyntaxError: Unexpected number'],
  [
    'a script on a Node that cannot confine it',
    '24.21.0',
    'scripts need Node 26 or newer, whose permission model confines them; this is Node 24.21.0',
  ],
];
for (const [name, node, problem] of runnable)
  test(`loadtest run refuses ${name}, before any load`, async () => {
    const text = [
      single,
      script(INVALID),
      { ...single, metadata: { name: 'other' }, spec: { ...spec, script: undefined } },
    ];
    const prepared = prepareTests(text.map((d) => stringify(d)).join('---\n'), 'f.yaml', [], (prefix) => prefix);
    assert.ok('tests' in prepared);
    const problems = await runnableScriptProblems(prepared.tests, 'f.yaml', node);
    assert.deepEqual(problems.map(formatProblem), [`f.yaml:13:3: LoadTest signed: spec.script: ${problem}`]);
  });
