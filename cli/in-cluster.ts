import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { findCondition } from '../api/conditions.ts';
import type { ReportDocument } from '../api/report.ts';
import { textReport } from '../report/text.ts';
import type { Command } from './arguments.ts';
import { loadTestCalled, RESOURCE, reportFromCluster } from './cluster.ts';
import { EXIT, exitCodeOf } from './exit.ts';
import { kubectlFor, kubectlInPlace } from './kubectl.ts';
import { listLines } from './list.ts';
import { logArguments } from './logs.ts';
import { readReports } from './report.ts';
import { rerun } from './rerun.ts';
import { stopTest } from './stop.ts';
import { displayOf, fileName, paintFor, read, refuse, writeReports } from './terminal.ts';
import { untilComplete } from './wait.ts';

/** The commands about LoadTests in a cluster; each prints what it has to say and resolves to its exit code. */
type Of<Name extends Command['name']> = Extract<Command, { name: Name }>;

export async function reportCommand({ source, files, cluster }: Of<'report'>): Promise<number> {
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
export async function waitCommand({ test: name, plain, files, cluster }: Omit<Of<'wait'>, 'name'>): Promise<number> {
  const kubectl = kubectlFor(cluster);
  const display = displayOf({ plain });
  const interrupted = () => {
    display.note(`${name} goes on in the cluster; loadtest stop ${name} ends it`);
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', interrupted);
  const waited = await untilComplete({ kubectl, name, display, now: Date.now, sleep: (ms) => setTimeout(ms) });
  process.off('SIGINT', interrupted);
  display.end();
  if ('problem' in waited) return refuse([waited.problem]);
  const exitCode = exitCodeOf(findCondition(waited.test.status.conditions, 'Passed'));
  const found = await reportFromCluster(kubectl, name);
  if ('problems' in found) {
    process.stderr.write(`${findCondition(waited.test.status.conditions, 'Passed')?.message ?? 'not judged'}\n`);
    refuse(found.problems);
    return exitCode;
  }
  const paint = paintFor(process.stdout);
  process.stdout.write(found.reports.map((report) => textReport(report, paint)).join('\n'));
  const refused = refuse(writeReports(found.reports, files));
  return exitCode === EXIT.passed && refused !== EXIT.passed ? refused : exitCode;
}

export async function listCommand({ output, selector, allNamespaces, cluster }: Of<'list'>): Promise<number> {
  const answer = await kubectlFor(cluster)([
    ...['get', RESOURCE, '-o', output === 'table' ? 'json' : output],
    ...(allNamespaces ? ['--all-namespaces'] : []),
    ...(selector === undefined ? [] : [`--selector=${selector}`]),
  ]);
  if ('problem' in answer) return refuse([answer.problem]);
  if (output !== 'table') {
    process.stdout.write(answer.out);
    return EXIT.passed;
  }
  const lines = listLines(answer.out, { allNamespaces, nowMs: Date.now(), paint: paintFor(process.stdout) });
  if (lines.length === 0) process.stderr.write('there is no LoadTest\n');
  for (const line of lines) process.stdout.write(`${line}\n`);
  return EXIT.passed;
}

export async function stopCommand({ tests, cluster }: Of<'stop'>): Promise<number> {
  const kubectl = kubectlFor(cluster);
  const problems: string[] = [];
  for (const name of tests) {
    const stopped = await stopTest(kubectl, name);
    if ('done' in stopped) process.stdout.write(`${stopped.done}\n`);
    else problems.push(stopped.problem);
  }
  return refuse(problems);
}

/** Prints the new test's name on standard output, or follows it and prints its report. */
export async function rerunCommand(command: Of<'rerun'>): Promise<number> {
  const made = await rerun(kubectlFor(command.cluster), command);
  if ('problems' in made) return refuse(made.problems);
  if (command.wait) return waitCommand({ ...command, test: made.name });
  process.stdout.write(`${made.name}\n`);
  return EXIT.passed;
}

export async function logsCommand({ test, options, cluster }: Of<'logs'>): Promise<number> {
  const found = await loadTestCalled(kubectlFor(cluster), test);
  if ('problem' in found) return refuse([found.problem]);
  const { namespace: _, ...elsewhere } = cluster;
  return kubectlInPlace(elsewhere, logArguments(found.test, options));
}

function reportsIn(file: string): { reports: ReportDocument[] } | { problems: string[] } {
  const text = read(file);
  return typeof text === 'string' ? readReports(text, fileName(file)) : { problems: [text.problem] };
}
