import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { add, type Counts, fromNode, NONE } from './counts.ts';
import type { Failure } from './failures.ts';
import type { Enter, Tier } from './tiers.ts';

const root = join(import.meta.dirname, '../..');
const running = new Set<ChildProcess>();
/** How long the last lines of the output may take. */
const PRINTED_WITHIN_MS = 1000;

export type FilesToRun = {
  files: readonly string[];
  /** Number of concurrent files; undefined for node:test's default. */
  atOnce: number | undefined;
  /** Whether another tier writes at the same time, so that each line of output names its tier. */
  isBeside: boolean;
};

/**
 * Runs files under `node --test` and returns its counts and failures. A run without counts, or with a non-zero exit code, has failed.
 * Rejects if the run left no results, as an interrupted one does.
 */
export async function runFiles(
  tier: Tier,
  { files, atOnce, isBeside }: FilesToRun,
  enter: Enter,
): Promise<{ counts: Counts; failures: readonly Failure[] }> {
  const scratch = mkdtempSync(join(tmpdir(), 'loadtest-test-'));
  const resultsFile = join(scratch, 'results.json');
  const [reporter = '', ...options] = tier.options;
  const [program = '', ...args] = enter([
    process.execPath,
    '--import=./scripts/test/watchdog.ts',
    '--test',
    reporter,
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/test/reporter.ts',
    `--test-reporter-destination=${resultsFile}`,
    ...(atOnce === undefined ? [] : [`--test-concurrency=${atOnce}`]),
    ...options,
    ...files,
  ]);
  const env = {
    ...process.env,
    LOADTEST_FILE_TIMEOUT_MS: String(tier.fileTimeoutMs),
    // Every file, and every command that it starts, loads the same modules: Node strips and compiles each of them once.
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'),
  };
  const output = isBeside ? 'pipe' : 'inherit';
  // A separate process group, so that an interrupt ends only the processes of the tests.
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', output, output], detached: true, env });
  running.add(child);
  try {
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) printLabelled(stream, tier.name);
    const printed = once(child, 'close');
    const [code] = await once(child, 'exit');
    endGroup(child);
    // A process that a test has left in a group of its own may hold the pipes.
    await Promise.race([printed, sleep(PRINTED_WITHIN_MS, undefined, { ref: false })]);
    const results = JSON.parse(readFileSync(resultsFile, 'utf8'));
    const counts = fromNode(results.counts);
    const failed = code === 0 || counts.failed > 0 ? 0 : 1;
    return { counts: add(counts, { ...NONE, failed }), failures: results.failures };
  } finally {
    running.delete(child);
    rmSync(scratch, { recursive: true });
  }
}

function printLabelled(stream: Readable, label: string): void {
  createInterface({ input: stream }).on('line', (line) => console.log(`${label} | ${line}`));
}

/** Ends all processes of the tests. */
export function endTests(): void {
  for (const child of running) endGroup(child);
}

/** Ends the remaining processes of a child's process group. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // No process remains.
  }
}
