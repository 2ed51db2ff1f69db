/**
 * `npm test [-- TIER] [FILTER...]`: runs the tiers, or one of them, and only the files whose paths contain one of the filters.
 * Ends with the failures and with 'N passed, N failed' (', N skipped'). Tests that this machine cannot run count as skipped.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { add, type Counts, closingLine, countTests, exitCode, NONE } from './test/counts.ts';
import { type Failure, failureLines } from './test/failures.ts';
import { Machine, partsOf, stagesOf } from './test/order.ts';
import { endTests, runFiles } from './test/run-files.ts';
import { type Enter, TIERS, type Tier } from './test/tiers.ts';

const root = join(import.meta.dirname, '..');
const log = (line: string) => console.log(`[${new Date().toISOString().slice(11, 19)}] ${line}`);

const machine = new Machine();
let interrupted = false;
const failures: Failure[] = [];

async function main(args: readonly string[]): Promise<number> {
  const only = TIERS.find(({ name }) => name === args[0]);
  const filters = only === undefined ? args : args.slice(1);
  let counts = NONE;
  for (const groups of stagesOf(only === undefined ? TIERS : [only])) {
    if (interrupted) break;
    const isBeside = groups.length > 1;
    counts = (await Promise.all(groups.map((tiers) => runGroup(tiers, filters, isBeside)))).reduce(add, counts);
  }
  if (interrupted) log('interrupted');
  for (const line of [...failureLines(failures), closingLine(counts)]) console.log(line);
  return interrupted ? 130 : exitCode(counts);
}

type TierFiles = { tier: Tier; files: readonly string[] };

/** Runs tiers one after another in their common environment. `isBeside`: other tiers run at the same time. */
async function runGroup(tiers: readonly Tier[], filters: readonly string[], isBeside: boolean): Promise<Counts> {
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
        for (const one of runnable) if (!interrupted) counts = add(counts, await runTier(one, enter, isBeside));
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

async function runTier({ tier, files }: TierFiles, enter: Enter, isBeside: boolean): Promise<Counts> {
  const began = Date.now();
  log(`${tier.name}: ${files.length} files`);
  const [sharing, quiet, alone] = partsOf(tier, files);
  let counts = NONE;
  const run = async (files: readonly string[], atOnce: number | undefined) => {
    if (interrupted) return;
    const results = await runFiles(tier, { files, atOnce, isBeside }, enter);
    counts = add(counts, results.counts);
    failures.push(...results.failures);
  };
  if (sharing.length > 0) await machine.shared(() => run(sharing, tier.atOnce));
  if (quiet.length > 0) await machine.alone(() => run(quiet, quiet.length));
  if (alone.length > 0) await machine.alone(() => run(alone, 1));
  log(`${tier.name}: ${closingLine(counts)}, ${Math.round((Date.now() - began) / 1e3)} s`);
  return counts;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    endTests();
  });
}
process.exitCode = await main(process.argv.slice(2));
