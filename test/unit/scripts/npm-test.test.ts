import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { add, type Counts, closingLine, countTests, exitCode, fromNode } from '../../../scripts/test/counts.ts';
import { type Failure, failureLines } from '../../../scripts/test/failures.ts';

const root = join(import.meta.dirname, '../../..');
/** The environment of an independent test run. With NODE_TEST_CONTEXT node:test would treat it as a child of this one. */
const { NODE_TEST_CONTEXT: _, ...independentEnv } = process.env;

describe('npm test exits', () => {
  const cases: [string, Counts, string, number][] = [
    ['with 0 when all tests passed', { passed: 3, failed: 0, skipped: 0 }, '3 passed, 0 failed', 0],
    ['with 0 when some tests were skipped', { passed: 3, failed: 0, skipped: 2 }, '3 passed, 0 failed, 2 skipped', 0],
    ['with 1 when one test failed', { passed: 3, failed: 1, skipped: 2 }, '3 passed, 1 failed, 2 skipped', 1],
    ['with 1 when no test ran', { passed: 0, failed: 0, skipped: 0 }, '0 passed, 0 failed', 1],
  ];
  for (const [name, counts, line, code] of cases) {
    it(name, () => assert.deepEqual([closingLine(counts), exitCode(counts)], [line, code]));
  }

  it('with the sum of its tiers', () => {
    const sum = add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
    assert.deepEqual(sum, { passed: 11, failed: 22, skipped: 33 });
  });

  it('with cancelled tests counted as failed and todo tests as skipped', () => {
    assert.deepEqual(fromNode({ passed: 1, failed: 2, cancelled: 3, skipped: 4, todo: 5 }), {
      passed: 1,
      failed: 5,
      skipped: 9,
    });
  });
});

describe('countTests counts the tests of a file', () => {
  const cases: [string, string, number][] = [
    ['that has none', "import { test } from 'node:test';", 0],
    ['at the top level and in a suite', "test('a', f);\ndescribe('s', () => {\n  it('b', f);\n});", 2],
    ['without suites, strings, comments and other calls', "describe('it(x)', f);\ntests('a');\n// it(a)\nit.skip;", 0],
  ];
  for (const [name, source, count] of cases) it(name, () => assert.equal(countTests(source), count));
});

/** Runs one test file with this source as npm test does, and returns its results. */
async function resultsOf(source: string, timeoutMs: number): Promise<{ counts: Counts; failures: Failure[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'loadtest-npm-test-'));
  try {
    const file = join(folder, 'file.test.ts');
    const written = join(folder, 'results.json');
    writeFileSync(file, source);
    const args = ['--import=./scripts/test/watchdog.ts', '--test', '--test-reporter=./scripts/test/reporter.ts'];
    const run = spawn(process.execPath, [...args, `--test-reporter-destination=${written}`, file], {
      cwd: root,
      env: { ...independentEnv, LOADTEST_FILE_TIMEOUT_MS: String(timeoutMs) },
      stdio: 'ignore',
    });
    await once(run, 'exit');
    const { counts, failures } = JSON.parse(readFileSync(written, 'utf8'));
    return { counts: fromNode(counts), failures };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('npm test lists at its end', () => {
  it('each failed test and hook with its location and error, but no suite that failed because of its tests', async () => {
    const source = [
      "import assert from 'node:assert/strict';",
      "import { before, describe, it } from 'node:test';",
      "describe('a suite', () => {",
      "  it('passes', () => {});",
      "  it('fails', () => assert.equal(1, 2, 'one is not two'));",
      '});',
      "describe('a suite with a hook', () => {",
      "  before(() => Promise.reject(new Error('no cluster')));",
      "  it('is not reached', () => {});",
      '});',
    ];
    const { failures } = await resultsOf(source.join('\n'), 60_000);
    const lines = failureLines(failures);
    const heads = lines.filter((line) => line.startsWith('✖')).map((line) => line.replace(/\(.*\//, '('));
    assert.deepEqual(heads, [
      '✖ fails (file.test.ts:5)',
      '✖ is not reached (file.test.ts:9)',
      '✖ a suite with a hook (file.test.ts:7)',
    ]);
    assert.ok(lines.some((line) => /^ {2}.*one is not two/.test(line)));
    assert.ok(lines.some((line) => /^ {2}Error: no cluster/.test(line)));
  });
});

describe('the watchdog', () => {
  const cases: [string, string, number, Counts][] = [
    ['does not end a file that ends by itself', "test('a', () => {});", 60_000, { passed: 1, failed: 0, skipped: 0 }],
    ['ends a file in an endless loop', "test('a', () => { for (;;); });", 2000, { passed: 0, failed: 1, skipped: 0 }],
    [
      'ends a file that keeps running, and its child processes',
      "import { spawn } from 'node:child_process';\nspawn('sleep', ['300'], { stdio: 'inherit' });\ntest('a', () => {});",
      2000,
      { passed: 1, failed: 1, skipped: 0 },
    ],
  ];
  for (const [name, source, timeoutMs, counts] of cases) {
    it(name, async () => {
      const results = await resultsOf(`import { test } from 'node:test';\n${source}`, timeoutMs);
      assert.deepEqual(results.counts, counts);
    });
  }
});

describe('npm test', () => {
  it('reports an interrupt, but not the tier that the interrupt ended as a failure', async () => {
    const run = spawn(process.execPath, ['scripts/test.ts', 'unit', 'bench-floors'], {
      cwd: root,
      env: independentEnv,
    });
    let output = '';
    run.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output === '') run.kill('SIGINT');
      output += text;
    });
    const [code] = await once(run, 'close');
    assert.doesNotMatch(output, /could not be run/);
    assert.match(output, /interrupted\n0 passed, 0 failed\n$/);
    assert.equal(code, 130);
  });
});
