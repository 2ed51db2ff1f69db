import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { readCpuLimits } from '../../runner/process/cgroup.ts';
import { threadsWithin } from '../../runner/process/cgroup-files.ts';
import { machine } from '../../runner/process/machine.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { fromFile } from '../input/files.ts';
import { prepareTests } from '../input/prepare.ts';
import { readResults } from '../input/results.ts';
import { runnableScriptProblems, scriptProblems } from '../input/scripts.ts';
import { formatProblem, validateText } from '../input/validate.ts';
import { givenFor, render, runAll } from '../local/run-all.ts';
import { EXIT } from '../output/exit.ts';
import { writeReports } from '../output/report-files.ts';
import { VERSION } from '../output/version.ts';
import { displayOf, interruptSignal, paintFor, refuse } from '../terminal/terminal.ts';

// The commands that need no cluster; each prints what it has to say and resolves to its exit code.

/** Runs the LoadTests of a file and ends with their verdict. */
export async function runCommand(command: CommandCalled<'run'>): Promise<number> {
  const { file, baseline, set, allowAddresses, output, plain, files } = command;
  const given = baseline === undefined ? { results: [] } : fromFile(baseline, readResults);
  if ('problems' in given) return refuse(given.problems);
  const prepared = await fromFile(file, (text, name) => checkedTests(text, name, set));
  if ('problems' in prepared) return refuse(prepared.problems);
  if (given.results.length > 0) {
    const unmatched = prepared.tests.filter(({ test }) => givenFor(test, given.results) === undefined);
    if (unmatched.length > 0)
      return refuse(unmatched.map(({ test }) => `${baseline}: has no result for LoadTest ${test.metadata.name}`));
  }

  const display = displayOf({ plain });
  for (const note of prepared.notes) display.note(note);
  const { finished, exitCode } = await runAll({
    tests: prepared.tests,
    baselines: prepared.baselines,
    given: given.results,
    parallelism: threadsWithin(readCpuLimits().cores, availableParallelism()),
    now: Date.now,
    environment: { version: VERSION, machine: machine() },
    display,
    interrupt: interruptSignal(display),
    allowAddresses,
  });
  const tests = finished.map(({ test }) => test);
  process.stdout.write(render(tests, output, paintFor(process.stdout)));
  const reports = finished.map(({ report }) => report);
  const refused = refuse(writeReports(reports, files));
  // What the run has shown outweighs that it could not be written down.
  return exitCode === EXIT.passed ? refused : exitCode;
}

/** The LoadTests of a file and their scripts are looked at before any of them runs. */
async function checkedTests(
  text: string,
  file: string,
  set: readonly string[],
): Promise<ReturnType<typeof prepareTests>> {
  const prepared = prepareTests(text, file, set, completeName);
  if ('problems' in prepared) return prepared;
  const problems = await runnableScriptProblems(prepared.tests, file);
  return problems.length === 0 ? prepared : { problems: problems.map(formatProblem) };
}

/** A generateName with what the API server would put behind it. */
function completeName(prefix: string): string {
  return `${prefix}${randomBytes(3).toString('hex').slice(0, 5)}`;
}

/** Says whether the LoadTests in each file are valid. */
export async function validateCommand({ files }: CommandCalled<'validate'>): Promise<number> {
  const problems: string[] = [];
  for (const file of files) {
    const found = await fromFile(file, problemsIn);
    problems.push(...found.problems);
    if ('valid' in found && found.problems.length === 0) process.stdout.write(`${found.valid}\n`);
  }
  return refuse(problems);
}

async function problemsIn(text: string, file: string): Promise<{ problems: string[]; valid: string }> {
  const { documents, problems } = validateText(text, file);
  const all = [...problems, ...(await scriptProblems(documents, file))];
  return { problems: all.map(formatProblem), valid: `${file}: ${documents.length} valid` };
}
