/**
 * `npm test [-- TIER] [FILTER...]`: runs the tiers one after another, or one of them, and only the files whose paths contain one of the filters.
 * Ends with the failures and with 'N passed, N failed' (', N skipped'). Tests that this machine cannot run count as skipped.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { add, type Counts, closingLine, countTests, exitCode, fromNode, NONE } from './test/counts.ts';
import { type Failure, failureLines } from './test/failures.ts';
import { type Enter, TIERS, type Tier } from './test/tiers.ts';

const root = join(import.meta.dirname, '..');
const log = (line: string) => console.log(`[${new Date().toISOString().slice(11, 19)}] ${line}`);

let running: ChildProcess | undefined;
let interrupted = false;
const failures: Failure[] = [];

async function main(args: readonly string[]): Promise<number> {
  const only = TIERS.find(({ name }) => name === args[0]);
  const filters = only === undefined ? args : args.slice(1);
  let counts = NONE;
  for (const tiers of byEnvironment(only === undefined ? TIERS : [only])) {
    if (!interrupted) counts = add(counts, await runTiers(tiers, filters));
  }
  if (interrupted) log('interrupted');
  for (const line of [...failureLines(failures), closingLine(counts)]) console.log(line);
  return interrupted ? 130 : exitCode(counts);
}

/** Groups neighbours that share an environment, which then starts once. */
function byEnvironment(tiers: readonly Tier[]): Tier[][] {
  return tiers.reduce<Tier[][]>((groups, tier) => {
    const last = groups.at(-1);
    if (last?.[0]?.within === tier.within) last.push(tier);
    else groups.push([tier]);
    return groups;
  }, []);
}

type TierFiles = { tier: Tier; files: readonly string[] };

async function runTiers(tiers: readonly Tier[], filters: readonly string[]): Promise<Counts> {
  let counts = NONE;
  const runnable: TierFiles[] = [];
  for (const tier of tiers) {
    const files = globSync(`test/${tier.name}/**/*.test.ts`, { cwd: root })
      .sort()
      .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
    const reasons = files.length === 0 ? [] : await tier.missing();
    if (reasons.length > 0) counts = add(counts, skip({ tier, files }, reasons));
    else if (files.length > 0) runnable.push({ tier, files });
  }
  const [first] = runnable;
  if (first === undefined) return counts;
  const { name, within } = first.tier;
  try {
    return await within(
      (line) => log(`${name}: ${line}`),
      async (enter) => {
        for (const one of runnable) if (!interrupted) counts = add(counts, await runTier(one, enter));
        return counts;
      },
    );
  } catch (error) {
    if (interrupted) return counts; // an interrupted tier has no results, and the run fails as a whole
    log(`${name}: failed to run: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    return add(counts, { ...NONE, failed: 1 });
  }
}

function skip({ tier, files }: TierFiles, reasons: readonly string[]): Counts {
  const skipped = files.reduce((sum, file) => sum + countTests(readFileSync(join(root, file), 'utf8')), 0);
  log(`${tier.name}: skipped (${skipped} tests), because this machine does not meet its requirements:`);
  for (const reason of reasons) console.log(`  - ${reason}`);
  return { ...NONE, skipped };
}

async function runTier({ tier, files }: TierFiles, enter: Enter): Promise<Counts> {
  const began = Date.now();
  log(`${tier.name}: ${files.length} files`);
  const isAlone = (file: string) => tier.alone?.test(file) ?? false;
  const parts = [
    { files: files.filter((file) => !isAlone(file)), atOnce: tier.atOnce },
    { files: files.filter(isAlone), atOnce: 1 },
  ];
  let counts = NONE;
  for (const part of parts) {
    if (part.files.length > 0 && !interrupted) counts = add(counts, await runFiles(tier, part, enter));
  }
  log(`${tier.name}: ${closingLine(counts)}, ${Math.round((Date.now() - began) / 1e3)} s`);
  return counts;
}

/** Runs the files under `node --test` and reads its counts and failures. A run without counts, or with a non-zero exit code, has failed. */
async function runFiles(
  tier: Tier,
  { files, atOnce }: { files: readonly string[]; atOnce: number | undefined },
  enter: Enter,
): Promise<Counts> {
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
  try {
    // A separate process group, so that an interrupt ends only the processes of the tests.
    running = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true, env });
    const [code] = await once(running, 'exit');
    const results = JSON.parse(readFileSync(resultsFile, 'utf8'));
    failures.push(...results.failures);
    const counts = fromNode(results.counts);
    return code === 0 || counts.failed > 0 ? counts : add(counts, { ...NONE, failed: 1 });
  } finally {
    endGroup();
    running = undefined;
    rmSync(scratch, { recursive: true });
  }
}

/** Ends the remaining processes of the tests' process group. */
function endGroup(): void {
  if (running?.pid === undefined) return;
  try {
    process.kill(-running.pid, 'SIGTERM');
  } catch {
    // No process remains.
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    endGroup();
  });
}
process.exitCode = await main(process.argv.slice(2));
