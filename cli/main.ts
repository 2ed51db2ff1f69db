import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { threadsWithin } from '../model/cgroup.ts';
import { readCpuLimits } from '../runner/cgroup.ts';
import { machine } from '../runner/machine.ts';
import { type Command, parseCommand } from './arguments.ts';
import { compareCommand } from './compare.ts';
import { completionScript } from './completion.ts';
import { EXIT } from './exit.ts';
import { helpText } from './help.ts';
import { listCommand, logsCommand, reportCommand, rerunCommand, stopCommand, waitCommand } from './in-cluster.ts';
import { prepareTests } from './prepare.ts';
import { readResults } from './results.ts';
import { givenFor, render, runAll } from './run.ts';
import { scriptProblems } from './scripts.ts';
import { displayOf, fileName, interruptSignal, paintFor, read, refuse, writeReports } from './terminal.ts';
import { formatProblem, validateText } from './validate.ts';
import { VERSION, versionText } from './version.ts';

async function main(words: string[]): Promise<number> {
  const parsed = parseCommand(words);
  if ('problem' in parsed) return refuse([parsed.problem, 'loadtest --help shows the usage']);
  const { command } = parsed;
  switch (command.name) {
    case 'run':
      return runCommand(command);
    case 'wait':
      return waitCommand(command);
    case 'list':
      return listCommand(command);
    case 'stop':
      return stopCommand(command);
    case 'rerun':
      return rerunCommand(command);
    case 'logs':
      return logsCommand(command);
    case 'report':
      return reportCommand(command);
    case 'compare':
      return compareCommand(command);
    case 'validate':
      return validateCommand(command.files);
    case 'completion':
      return print(completionScript(command.shell));
    case 'version':
      return print(versionText(command.output));
    case 'help':
      return print(helpText(command.topic));
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.passed;
}

/** A reader that has seen enough, such as head, closes the pipe: nothing is wrong with the run. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

async function runCommand(command: Extract<Command, { name: 'run' }>): Promise<number> {
  const { file, set, allowAddresses, output, plain, files } = command;
  const text = read(file);
  if (typeof text !== 'string') return refuse([text.problem]);
  const given = command.baseline === undefined ? { results: [] } : resultsIn(command.baseline);
  if ('problems' in given) return refuse(given.problems);
  const prepared = prepareTests(
    text,
    fileName(file),
    set,
    (prefix) => `${prefix}${randomBytes(3).toString('hex').slice(0, 5)}`,
  );
  if ('problems' in prepared) return refuse(prepared.problems);

  const unmatched = prepared.tests.filter(
    ({ test }) => given.results.length > 0 && givenFor(test, given.results) === undefined,
  );
  if (unmatched.length > 0)
    return refuse(unmatched.map(({ test }) => `${command.baseline}: has no result for LoadTest ${test.metadata.name}`));

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
  process.stdout.write(
    render(
      finished.map(({ test }) => test),
      output,
      paintFor(process.stdout),
    ),
  );
  const problems = writeReports(
    finished.map(({ report }) => report),
    files,
  );
  // What the run has shown outweighs that it could not be written down.
  const refused = refuse(problems);
  return problems.length > 0 && exitCode === EXIT.passed ? refused : exitCode;
}

function resultsIn(file: string): ReturnType<typeof readResults> {
  const text = read(file);
  return typeof text === 'string' ? readResults(text, fileName(file)) : { problems: [text.problem] };
}

async function validateCommand(files: readonly string[]): Promise<number> {
  const problems: string[] = [];
  for (const file of files) {
    const text = read(file);
    if (typeof text !== 'string') {
      problems.push(text.problem);
      continue;
    }
    const { documents, problems: found } = validateText(text, fileName(file));
    found.push(...(await scriptProblems(documents, fileName(file))));
    if (found.length === 0) process.stdout.write(`${fileName(file)}: ${documents.length} valid\n`);
    problems.push(...found.map(formatProblem));
  }
  return problems.length === 0 ? EXIT.passed : refuse(problems);
}

process.exitCode = await main(process.argv.slice(2));
