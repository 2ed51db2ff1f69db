import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, parseCommand } from '../../cli/arguments.ts';

const commands: [string, Command][] = [
  ['', { name: 'help' }],
  ['--help', { name: 'help' }],
  ['help', { name: 'help' }],
  ['help run', { name: 'help', topic: 'run' }],
  ['run --help', { name: 'help', topic: 'run' }],
  ['run -h', { name: 'help', topic: 'run' }],
  ['validate --help', { name: 'help', topic: 'validate' }],
  ['version --help', { name: 'help', topic: 'version' }],
  ['version', { name: 'version' }],
  ['--version', { name: 'version' }],
  ['run a.yaml', { name: 'run', file: 'a.yaml', set: [], output: 'text', files: {} }],
  ['run -', { name: 'run', file: '-', set: [], output: 'text', files: {} }],
  ['run a.yaml -o json', { name: 'run', file: 'a.yaml', set: [], output: 'json', files: {} }],
  ['run --output=yaml a.yaml', { name: 'run', file: 'a.yaml', set: [], output: 'yaml', files: {} }],
  ['run --set a=1 a.yaml --set=b=2', { name: 'run', file: 'a.yaml', set: ['a=1', 'b=2'], output: 'text', files: {} }],
  [
    'run a.yaml --report r.html --junit j.xml --json r.json --markdown -',
    {
      name: 'run',
      file: 'a.yaml',
      set: [],
      output: 'text',
      files: { report: 'r.html', junit: 'j.xml', json: 'r.json', markdown: '-' },
    },
  ],
  ['wait checkout --junit j.xml', { name: 'wait', test: 'checkout', files: { junit: 'j.xml' }, cluster: {} }],
  ['report checkout -n shop', { name: 'report', source: 'checkout', files: {}, cluster: { namespace: 'shop' } }],
  ['report r.json --report r.html', { name: 'report', source: 'r.json', files: { report: 'r.html' }, cluster: {} }],
  ['validate a.yaml b.yaml', { name: 'validate', files: ['a.yaml', 'b.yaml'] }],
];

for (const [line, command] of commands) {
  test(`loadtest ${line}`, () => assert.deepEqual(parseCommand(line.split(' ').filter(Boolean)), { command }));
}

const problems: [string, RegExp][] = [
  ['walk', /COMMAND must be one of run, wait, report, validate, version, help, not walk/],
  ['run', /run takes exactly one FILE/],
  ['run a b', /run takes exactly one FILE/],
  ['run a -o xml', /--output must be text, yaml or json/],
  ['run a --sets b', /--sets/],
  ['run a --set', /--set/],
  ['wait', /wait takes exactly one NAME/],
  ['report', /report takes exactly one NAME or FILE/],
  ['validate', /validate takes at least one FILE/],
  ['validate a --set b=1', /--set/],
  ['version now', /now/],
];

for (const [line, problem] of problems) {
  test(`loadtest ${line} is refused`, () => {
    const parsed = parseCommand(line.split(' '));
    assert.ok('problem' in parsed);
    assert.match(parsed.problem, problem);
  });
}
