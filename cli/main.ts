import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, type } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { findCondition } from '../api/conditions.ts';
import type { ReportDocument } from '../api/report.ts';
import { coloured, type Paint, plain, wantsColour } from '../report/paint.ts';
import { textReport } from '../report/text.ts';
import { type Command, parseCommand, type ReportFiles } from './arguments.ts';
import { reportFromCluster } from './cluster.ts';
import { type Display, displayOn, type Screen } from './display.ts';
import { EXIT, exitCodeOf } from './exit.ts';
import { helpText } from './help.ts';
import { kubectlFor } from './kubectl.ts';
import { prepareTests } from './prepare.ts';
import { readReports, reportOutputs } from './report.ts';
import { render, runAll } from './run.ts';
import { formatProblem, validateText } from './validate.ts';
import { VERSION } from './version.ts';
import { untilComplete } from './wait.ts';

async function main(words: string[]): Promise<number> {
  const parsed = parseCommand(words);
  if ('problem' in parsed) return refuse([parsed.problem, 'loadtest --help shows the usage']);
  const { command } = parsed;
  if (command.name === 'run') return runCommand(command);
  if (command.name === 'wait') return waitCommand(command);
  if (command.name === 'report') return reportCommand(command);
  if (command.name === 'validate') return validateCommand(command.files);
  process.stdout.write(command.name === 'help' ? helpText(command.topic) : `loadtest ${VERSION}\n`);
  return EXIT.passed;
}

/** A reader that has seen enough, such as head, closes the pipe: nothing is wrong with the run. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

async function runCommand({ file, set, output, files }: Extract<Command, { name: 'run' }>): Promise<number> {
  const text = read(file);
  if (typeof text !== 'string') return refuse([text.problem]);
  const prepared = prepareTests(
    text,
    fileName(file),
    set,
    (prefix) => `${prefix}${randomBytes(3).toString('hex').slice(0, 5)}`,
  );
  if ('problems' in prepared) return refuse(prepared.problems);

  const display = displayOn(screen());
  for (const note of prepared.notes) display.note(note);

  const { finished, exitCode } = await runAll({
    tests: prepared.tests,
    parallelism: threadsWithin(readCpuLimits().cores, availableParallelism()),
    now: Date.now,
    environment: { version: VERSION, machine: machine() },
    display,
    interrupt: interruptSignal(display),
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

/** "2 x Xeon, Linux 6.1, Node 26.10.0": what a number that was measured on it depends on. */
function machine(): string {
  const all = cpus();
  return `${all.length} x ${all[0]?.model.trim() || process.arch}, ${type()} ${release()}, Node ${process.versions.node}`;
}

async function reportCommand({ source, files, cluster }: Extract<Command, { name: 'report' }>): Promise<number> {
  const found =
    source === '-' || existsSync(source) ? reportsIn(source) : await reportFromCluster(kubectlFor(cluster), source);
  if ('problems' in found) return refuse(found.problems);
  if (Object.keys(files).length > 0) {
    const problems = writeReports(found.reports, files);
    return problems.length === 0 ? EXIT.passed : refuse(problems);
  }
  const paint = paintFor(process.stdout);
  process.stdout.write(found.reports.map((report) => textReport(report, paint)).join('\n'));
  return EXIT.passed;
}

/** Ends as a local run does: the report, and its verdict as the exit code. */
async function waitCommand({ test: name, files, cluster }: Extract<Command, { name: 'wait' }>): Promise<number> {
  const kubectl = kubectlFor(cluster);
  const note = (line: string) => void process.stderr.write(`${line}\n`);
  const waited = await untilComplete({ kubectl, name, note, now: Date.now, sleep: (ms) => setTimeout(ms) });
  if ('problem' in waited) return refuse([waited.problem]);
  const exitCode = exitCodeOf(findCondition(waited.test.status.conditions, 'Passed'));
  const found = await reportFromCluster(kubectl, name);
  if ('problems' in found) {
    note(findCondition(waited.test.status.conditions, 'Passed')?.message ?? 'not judged');
    refuse(found.problems);
    return exitCode;
  }
  const paint = paintFor(process.stdout);
  process.stdout.write(found.reports.map((report) => textReport(report, paint)).join('\n'));
  const refused = refuse(writeReports(found.reports, files));
  return exitCode === EXIT.passed && refused !== EXIT.passed ? refused : exitCode;
}

function reportsIn(file: string): { reports: ReportDocument[] } | { problems: string[] } {
  const text = read(file);
  return typeof text === 'string' ? readReports(text, fileName(file)) : { problems: [text.problem] };
}

/** Writes the reports that were asked for, and tells what could not be written. */
function writeReports(reports: readonly ReportDocument[], files: ReportFiles): string[] {
  return reportOutputs(reports, files).flatMap(({ path, content }) => {
    try {
      if (path === '-') process.stdout.write(content);
      else writeFileSync(path, content);
      return [];
    } catch (error) {
      return [`${path} cannot be written: ${(error as Error).message}`];
    }
  });
}

function validateCommand(files: readonly string[]): number {
  const problems = files.flatMap((file) => {
    const text = read(file);
    if (typeof text !== 'string') return [text.problem];
    const { documents, problems } = validateText(text, fileName(file));
    if (problems.length === 0) process.stdout.write(`${fileName(file)}: ${documents.length} valid\n`);
    return problems.map(formatProblem);
  });
  return problems.length === 0 ? EXIT.passed : refuse(problems);
}

function refuse(problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`loadtest: ${problem}\n`);
  return problems.length === 0 ? EXIT.passed : EXIT.badInput;
}

function read(file: string): string | { problem: string } {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    return { problem: `${fileName(file)} cannot be read: ${(error as Error).message}` };
  }
}

function fileName(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** Signals closer together are one: a terminal sends its Ctrl-C to every process, and npm and our launcher pass theirs on besides. */
const ONE_SIGNAL_MS = 500;

/** The first signal ends the load in order, the second one ends the process at once, whatever it is doing. */
function interruptSignal(display: Display): AbortSignal {
  const controller = new AbortController();
  let firstMs = 0;
  const on = (exitCode: number) => () => {
    if (!controller.signal.aborted) {
      firstMs = Date.now();
      display.note('ending the load; once more ends at once');
      controller.abort(exitCode);
    } else if (Date.now() - firstMs > ONE_SIGNAL_MS) {
      display.end();
      process.exit(exitCode);
    }
  };
  process.on('SIGINT', on(EXIT.interrupted));
  process.on('SIGTERM', on(EXIT.terminated));
  return controller.signal;
}

function screen(): Screen {
  const { stderr } = process;
  return {
    write: (text) => void stderr.write(text),
    isTTY: stderr.isTTY === true && process.env.TERM !== 'dumb',
    columns: stderr.columns ?? 80,
    paint: paintFor(stderr),
  };
}

function paintFor(stream: NodeJS.WriteStream): Paint {
  return wantsColour(stream, process.env) ? coloured : plain;
}

process.exitCode = await main(process.argv.slice(2));
