import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prepareTests } from '../../../../../cli/input/prepare-tests.ts';
import { validateText } from '../../../../../cli/input/validate.ts';

const file = (json: string, kind = 'LoadTest') => {
  const spec = `target: {url: "http://a.test"}, load: {type: Closed, closed: {users: 1, iterations: 1}}, requests: [{name: a, method: POST, body: {type: JSON, json:\n  ${json}\n  }}]`;
  const whole = kind === 'LoadTest' ? `{${spec}}` : `{schedule: "@daily", loadTestTemplate: {spec: {${spec}}}}`;
  return `apiVersion: loadtest.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: a}\nspec: ${whole}\n`;
};
const notesOf = (text: string) => {
  const { problems, notes } = validateText(text, 'f.yaml');
  assert.deepEqual(problems, []);
  return notes;
};

describe('a body that is not sent as it is written', () => {
  const cases: [what: string, json: string, notes: string[]][] = [
    [
      'words of YAML 1.1',
      '{a: yes, b: [off]}',
      ['f.yaml:5:7: yes is sent as true', 'f.yaml:5:16: off is sent as false'],
    ],
    [
      'numbers with zeros at their end',
      '[1.10, 1.0]',
      ['f.yaml:5:4: 1.10 is sent as 1.1', 'f.yaml:5:10: 1.0 is sent as 1'],
    ],
    ['octal numbers', '{zip: 0777}', ['f.yaml:5:9: 0777 is sent as 511']],
    [
      'more digits than a double has',
      '0.12345678901234567891',
      ['f.yaml:5:3: 0.12345678901234567891 is sent as 0.12345678901234568'],
    ],
    ['minus zero', '{a: -0}', ['f.yaml:5:7: -0 is sent as 0']],
    ['a key that is a word', '{no: 1}', ['f.yaml:5:4: the key no is sent as "false": write it in quotes to keep it']],
    ['an anchor, once', '{a: &a {b: 1.0}, c: [*a, *a]}', ['f.yaml:5:14: 1.0 is sent as 1']],
    [
      'null, once',
      '{a: {b: ~}, c: , d: [null]}',
      ['f.yaml:5:8: kubectl apply drops null fields of a body, and kubectl apply --server-side keeps them'],
    ],
    ['nothing else', '{a: "yes", b: True, e: 8414239796945638123, f: 1.5, g: 2001-12-14, "on": 1}', []],
  ];
  for (const [what, json, notes] of cases)
    it(`has notes: ${what}`, () => {
      assert.deepEqual(notesOf(file(json)), notes);
      assert.deepEqual(notesOf(file(json, 'ScheduledLoadTest')), notes);
      const prepared = prepareTests(file(json), 'f.yaml', [], (name) => name);
      assert.ok('notes' in prepared);
      assert.deepEqual(prepared.notes, notes);
    });

  it('has eight notes at most, and their number', () => {
    const notes = notesOf(file(`[${'yes, '.repeat(20)}]`));
    assert.equal(notes.length, 9);
    assert.equal(notes.at(-1), 'f.yaml: 12 more values of bodies are not sent as written');
  });
});

describe('a word that is no text', () => {
  it('is named where text must stand, with its place', () => {
    const { problems } = validateText(
      file('1').replace('{name: a,', '{name: a, headers: [{name: X-Debug, value: on}],'),
      'f.yaml',
    );
    assert.deepEqual(
      problems.map(({ position, path, message }) => [position, path, message]),
      [['4:144', 'spec.requests[0].headers[0].value', 'must be text: write "on" in quotes']],
    );
  });
});
