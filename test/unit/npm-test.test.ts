import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { add, type Counts, closingLine, countTests, exitCode, fromNode } from '../../scripts/test/counts.ts';

const root = join(import.meta.dirname, '../..');

describe('npm test closes', () => {
  const cases: [string, Counts, string, number][] = [
    ['with 0 when all passed', { passed: 3, failed: 0, skipped: 0 }, '3 passed, 0 failed', 0],
    ['with 0 when some were skipped', { passed: 3, failed: 0, skipped: 2 }, '3 passed, 0 failed, 2 skipped', 0],
    ['with 1 when one failed', { passed: 3, failed: 1, skipped: 2 }, '3 passed, 1 failed, 2 skipped', 1],
    ['with 1 when there was no test', { passed: 0, failed: 0, skipped: 0 }, '0 passed, 0 failed', 1],
  ];
  for (const [name, counts, line, code] of cases) {
    it(name, () => assert.deepEqual([closingLine(counts), exitCode(counts)], [line, code]));
  }

  it('with the sum of its tiers', () => {
    const sum = add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
    assert.deepEqual(sum, { passed: 11, failed: 22, skipped: 33 });
  });

  it('with cancelled tests as failed and tests to do as skipped', () => {
    assert.deepEqual(fromNode({ passed: 1, failed: 2, cancelled: 3, skipped: 4, todo: 5 }), {
      passed: 1,
      failed: 5,
      skipped: 9,
    });
  });
});

describe('the tests that a file has are counted', () => {
  const cases: [string, string, number][] = [
    ['in a file without any', "import { test } from 'node:test';", 0],
    ['at the top and in a suite', "test('a', f);\ndescribe('s', () => {\n  it('b', f);\n});", 2],
    ['but not suites, words and other calls', "describe('it(x)', f);\ntests('a');\n// it(a)\nit.skip;", 0],
  ];
  for (const [name, source, count] of cases) it(name, () => assert.equal(countTests(source), count));
});

describe('the watchdog', () => {
  /** The counts of a run of one file with this source, as npm test gets them. */
  async function countsOf(source: string, timeoutMs: number): Promise<Counts> {
    const folder = mkdtempSync(join(tmpdir(), 'loadtest-watchdog-'));
    try {
      const file = join(folder, 'file.test.ts');
      const result = join(folder, 'counts.json');
      writeFileSync(file, `import { test } from 'node:test';\n${source}`);
      // Not part of this test run: node:test tells its children apart from runs of their own by this variable.
      const { NODE_TEST_CONTEXT: _, ...outside } = process.env;
      const args = ['--import=./scripts/test/watchdog.ts', '--test', '--test-reporter=./scripts/test/reporter.ts'];
      const run = spawn(process.execPath, [...args, `--test-reporter-destination=${result}`, file], {
        cwd: root,
        env: { ...outside, LOADTEST_FILE_TIMEOUT_MS: String(timeoutMs) },
        stdio: 'ignore',
      });
      await once(run, 'exit');
      return fromNode(JSON.parse(readFileSync(result, 'utf8')));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const cases: [string, string, number, Counts][] = [
    ['lets a file be that ends', "test('a', () => {});", 60_000, { passed: 1, failed: 0, skipped: 0 }],
    ['ends a file that spins', "test('a', () => { for (;;); });", 2000, { passed: 0, failed: 1, skipped: 0 }],
    [
      'ends a file that never ends, and what it started',
      "import { spawn } from 'node:child_process';\nspawn('sleep', ['300'], { stdio: 'inherit' });\ntest('a', () => {});",
      2000,
      { passed: 1, failed: 1, skipped: 0 },
    ],
  ];
  for (const [name, source, timeoutMs, counts] of cases) {
    it(name, async () => assert.deepEqual(await countsOf(source, timeoutMs), counts));
  }
});
