import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { completionScript } from '../../../../cli/arguments/completion.ts';
import { helpText } from '../../../../cli/arguments/help/help.ts';
import { OPTIONS, TOPICS } from '../../../../cli/arguments/options.ts';

describe('completion in bash', () => {
  const directory = mkdtempSync(join(tmpdir(), 'loadtest-completion-'));
  before(() => {
    writeFileSync(join(directory, 'completion.bash'), completionScript('bash'));
    writeFileSync(join(directory, 'checkout.yaml'), '');
    writeFileSync(
      join(directory, 'kubectl'),
      `#!/bin/sh
case $2 in
  loadtests.loadtest.dev) printf 'loadtest.loadtest.dev/checkout\\nloadtest.loadtest.dev/pay\\n' ;;
  scheduledloadtests.loadtest.dev) echo scheduledloadtest.loadtest.dev/nightly ;;
esac
`,
    );
    chmodSync(join(directory, 'kubectl'), 0o755);
  });
  after(() => rmSync(directory, { recursive: true }));

  /** The completions that bash offers for `line`. */
  function offered(line: string): string[] {
    const typed = line.split(' ');
    const script = `source ./completion.bash; COMP_WORDS=(${typed.map((w) => `'${w}'`).join(' ')}); COMP_CWORD=${typed.length - 1}
      _loadtest; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` };
    const out = execFileSync('bash', ['--norc', '-c', script], { cwd: directory, env, encoding: 'utf8' });
    return out.split('\n').filter(Boolean).sort();
  }

  const cases: [string, string[]][] = [
    ['loadtest re', ['report', 'rerun']],
    ['loadtest help co', ['compare', 'completion']],
    ['loadtest stop ', ['checkout', 'pay']],
    ['loadtest wait ch', ['checkout']],
    ['loadtest trend ', ['nightly']],
    ['loadtest run ch', ['checkout.yaml']],
    ['loadtest report ch', ['checkout', 'checkout.yaml']],
    ['loadtest list -o ', ['json', 'name', 'table', 'yaml']],
    ['loadtest run -o j', ['json']],
    ['loadtest logs --t', ['--tail', '--timestamps']],
    ['loadtest wait checkout --report ch', ['checkout.yaml']],
    ['loadtest completion ', ['bash', 'fish', 'zsh']],
    ['loadtest version --k', []],
  ];
  for (const [line, completions] of cases)
    it(`of "${line}" offers ${completions.join(', ') || 'nothing'}`, () =>
      assert.deepEqual(offered(line), completions));
});

describe('completion in zsh and fish', () => {
  it('zsh uses the completion of bash', () =>
    assert.match(completionScript('zsh'), /^#compdef loadtest\n.*bashcompinit\n_loadtest_names/));
  for (const topic of TOPICS)
    it(`fish has all options of ${topic}`, () => {
      const lines = completionScript('fish').split('\n');
      for (const option of Object.keys(OPTIONS[topic]))
        assert.ok(
          lines.some((line) => line.includes(`from ${topic}' -l ${option}`)),
          option,
        );
    });
});

describe('help', () => {
  for (const topic of TOPICS)
    it(`of ${topic} has every option, and the exit codes`, () => {
      const text = helpText(topic);
      for (const option of Object.keys(OPTIONS[topic]).filter((o) => o !== 'help'))
        assert.match(text, new RegExp(`--${option}\\b|${option === 'output' ? '-o ' : '$^'}`), option);
      assert.match(text, /^Usage: loadtest /);
      if (topic !== 'completion' && topic !== 'version') assert.match(text, /\nExit code: /);
    });
  it('names every command', () => {
    for (const topic of TOPICS) assert.match(helpText(), new RegExp(`^ {2}${topic} `, 'm'));
  });
});
