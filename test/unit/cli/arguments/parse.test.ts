import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../../../cli/arguments/command.ts';
import { parseCommand } from '../../../../cli/arguments/parse.ts';

const run: Extract<Command, { name: 'run' }> = {
  name: 'run',
  source: { files: ['a.yaml'] },
  given: { secrets: [] },
  set: [],
  allowAddresses: [],
  allowScripts: true,
  output: 'text',
  progress: 'live',
  files: {},
};
const { output: _, ...runToFile } = run;
const wait: Extract<Command, { name: 'wait' }> = {
  name: 'wait',
  test: 'checkout',
  progress: 'live',
  files: {},
  cluster: {},
};
const list = { name: 'list', output: 'table', allNamespaces: false, cluster: {} } as const;
const rerun: Extract<Command, { name: 'rerun' }> = {
  name: 'rerun',
  test: 'checkout',
  set: [],
  wait: false,
  progress: 'live',
  files: {},
  cluster: {},
};

const trigger: Extract<Command, { name: 'trigger' }> = {
  name: 'trigger',
  schedule: 'nightly',
  wait: false,
  progress: 'live',
  files: {},
  cluster: {},
};

const commands: [string, Command][] = [
  ['', { name: 'help' }],
  ['--help', { name: 'help' }],
  ['help', { name: 'help' }],
  ['help run', { name: 'help', topic: 'run' }],
  ['run --help', { name: 'help', topic: 'run' }],
  ['run -h', { name: 'help', topic: 'run' }],
  ['validate --help', { name: 'help', topic: 'validate' }],
  ['version --help', { name: 'help', topic: 'version' }],
  ['version', { name: 'version', output: 'text' }],
  ['version -o json', { name: 'version', output: 'json' }],
  ['--version', { name: 'version', output: 'text' }],
  ['trend nightly -n shop', { name: 'trend', schedule: 'nightly', files: {}, cluster: { namespace: 'shop' } }],
  ['trend nightly --json -', { name: 'trend', schedule: 'nightly', files: { json: '-' }, cluster: {} }],
  ['trigger nightly', trigger],
  ['trigger nightly --value deploy-42 --wait', { ...trigger, value: 'deploy-42', wait: true }],
  ['completion zsh', { name: 'completion', shell: 'zsh' }],
  ['run a.yaml', run],
  ['run -', { ...run, source: { files: ['-'] } }],
  ['run a.yaml b.yaml', { ...run, source: { files: ['a.yaml', 'b.yaml'] } }],
  ['run http://a/b', { ...run, source: { url: 'http://a/b', options: {} } }],
  [
    'run HTTPS://a -q 50 -z 5s -m PUT -H a:b -H c:d -d x -t 1s --save f.yaml',
    {
      ...run,
      source: {
        url: 'HTTPS://a',
        options: { rate: '50', duration: '5s', method: 'PUT', header: ['a:b', 'c:d'], body: 'x', timeout: '1s' },
        save: 'f.yaml',
      },
    },
  ],
  ['run http://a -c 5 -n 100', { ...run, source: { url: 'http://a', options: { users: '5', requests: '100' } } }],
  [
    'run a.yaml --secret login.password=env:P --script s.js --data d.csv',
    { ...run, given: { secrets: ['login.password=env:P'], script: 's.js', data: 'd.csv' } },
  ],
  ['run a.yaml --no-progress', { ...run, progress: 'lines' }],
  ['run a.yaml -o json', { ...run, output: 'json' }],
  ['run --output=yaml a.yaml', { ...run, output: 'yaml' }],
  ['run --set a=1 a.yaml --set=b=2', { ...run, set: ['a=1', 'b=2'] }],
  ['run a.yaml --no-scripts', { ...run, allowScripts: false }],
  ['run a.yaml --allow-address 169.254.7.0/24', { ...run, allowAddresses: ['169.254.7.0/24'] }],
  ['run a.yaml --quiet', { ...run, progress: 'none' }],
  ['run a.yaml --quiet --no-progress', { ...run, progress: 'none' }],
  [
    'run a.yaml --report r.html --junit j.xml --json r.json --csv t.csv',
    { ...run, files: { report: 'r.html', junit: 'j.xml', json: 'r.json', csv: 't.csv' } },
  ],
  ['run a.yaml --json - --report r.html', { ...runToFile, files: { json: '-', report: 'r.html' } }],
  ['wait checkout --junit j.xml', { ...wait, files: { junit: 'j.xml' } }],
  ['list', list],
  ['list -A -o name', { ...list, allNamespaces: true, output: 'name' }],
  ['list -l team=shop -n shop', { ...list, selector: 'team=shop', cluster: { namespace: 'shop' } }],
  ['stop a b', { name: 'stop', tests: ['a', 'b'], cluster: {} }],
  ['rerun checkout', rerun],
  [
    'rerun checkout --name again --set load.open.seed=2 --wait --no-progress --junit j.xml',
    { ...rerun, newName: 'again', set: ['load.open.seed=2'], wait: true, progress: 'lines', files: { junit: 'j.xml' } },
  ],
  ['logs checkout', { name: 'logs', test: 'checkout', options: {}, cluster: {} }],
  [
    'logs checkout -f --tail 10 --context c',
    { name: 'logs', test: 'checkout', options: { follow: true, tail: '10' }, cluster: { context: 'c' } },
  ],
  ['report checkout -n shop', { name: 'report', source: 'checkout', files: {}, cluster: { namespace: 'shop' } }],
  ['report r.json --report r.html', { name: 'report', source: 'r.json', files: { report: 'r.html' }, cluster: {} }],
  ['validate a.yaml b.yaml', { name: 'validate', files: ['a.yaml', 'b.yaml'] }],
];

for (const [line, command] of commands) {
  test(`loadtest ${line}`, () => assert.deepEqual(parseCommand(line.split(' ').filter(Boolean)), { command }));
}

const problems: [string, RegExp][] = [
  ['walk', /COMMAND must be one of run, wait, list, .*, version, help, not walk/],
  ['rnu a', /not rnu; did you mean run\?$/],
  ['run', /run takes a URL or at least one FILE/],
  ['run http://a b.yaml', /run takes one URL, or FILEs, and not both/],
  ['run http://a http://b', /run takes one URL, or FILEs, and not both/],
  ['run a -q 5', /--rate is an option of run URL; for a FILE, --set load.open.stages\[0\].rate=VALUE changes/],
  ['run localhost:8080/a -q 5', /--rate is an option of run URL; did you mean http:\/\/localhost:8080\/a\?$/],
  ['run shop.test -c 5', /--users is an option of run URL; did you mean http:\/\/shop\.test\?$/],
  ['run a --save b', /--save is an option of run URL$/],
  ['run a --raet 5', /run has no option --raet; did you mean --rate\?$/],
  ['wait a --jnuit x', /wait has no option --jnuit; did you mean --junit\?$/],
  ['list --zzzzzz', /list has no option --zzzzzz$/],
  ['list -x', /list has no option -x$/],
  ['run a -o xml', /--output must be text, yaml or json/],
  ['run a -o json --json -', /only one of --json - and --output json can have standard output/],
  ['wait a --json - --csv -', /only one of --json - and --csv - can have standard output/],
  ['run a --sets b', /--sets/],
  ['run a --set', /--set/],
  ['wait', /wait takes exactly one NAME/],
  ['report', /report takes exactly one NAME or FILE/],
  ['list checkout', /list takes no NAME/],
  ['list -o wide', /--output must be table, json, yaml or name/],
  ['stop', /stop takes at least one NAME/],
  ['rerun', /rerun takes exactly one NAME/],
  ['logs a b', /logs takes exactly one NAME/],
  ['completion tcsh', /completion takes exactly one of bash, zsh, fish|expected one of/],
  ['version -o xml', /--output must be text or json/],
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
