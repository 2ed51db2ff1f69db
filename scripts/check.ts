/** `npm run check`: all static checks of the sources. Every check runs even if another fails. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const node = process.execPath;
const colors = `--colors=${process.stdout.isTTY ? 'force' : 'off'}`;

const CHECKS: [string, string[]][] = [
  ['types', [bin('tsc'), '-p', '.']],
  [
    'lint and format',
    [node, join(root, 'node_modules/@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings', colors, '.'],
  ],
  ['imports between folders', [node, '--test', '--test-reporter=dot', 'test/unit/structure/imports.test.ts']],
  ['generated files are current', [node, 'scripts/generate.ts', '--check']],
];

const failed = CHECKS.filter(([name, [file = '', ...args]]) => {
  const began = performance.now();
  const { status, error } = spawnSync(file, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const passed = status === 0;
  console.log(
    `${passed ? '✓' : '✗'} ${name} (${((performance.now() - began) / 1e3).toFixed(1)} s)${error ? `: ${error.message}` : ''}`,
  );
  return !passed;
});
process.exitCode = failed.length === 0 ? 0 : 1;
