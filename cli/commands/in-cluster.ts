import { setTimeout } from 'node:timers/promises';
import { findCondition } from '../../api/status/conditions.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { loadTestCalled, RESOURCE, reportFromCluster } from '../cluster/cluster.ts';
import { kubectlFor, kubectlInPlace } from '../cluster/kubectl.ts';
import { listLines } from '../cluster/list.ts';
import { logArguments } from '../cluster/logs.ts';
import { rerun } from '../cluster/rerun.ts';
import { stopTest } from '../cluster/stop.ts';
import { untilComplete } from '../cluster/wait.ts';
import { EXIT, exitCodeOf } from '../output/exit.ts';
import { writeReports } from '../output/report-files.ts';
import { displayOf, paintFor, refuse } from '../terminal/terminal.ts';
import { printReports } from './report.ts';

// The commands about LoadTests in a cluster; each prints what it has to say and resolves to its exit code.

/** Ends as a local run does: the report, and its verdict as the exit code. */
export async function waitCommand({
  test: name,
  plain,
  files,
  cluster,
}: Omit<CommandCalled<'wait'>, 'name'>): Promise<number> {
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
  const passed = findCondition(waited.test.status.conditions, 'Passed');
  const exitCode = exitCodeOf(passed);
  const found = await reportFromCluster(kubectl, name);
  if ('problems' in found) {
    process.stderr.write(`${passed?.message ?? 'not judged'}\n`);
    refuse(found.problems);
    return exitCode;
  }
  printReports(found.reports);
  const refused = refuse(writeReports(found.reports, files));
  return exitCode === EXIT.passed && refused !== EXIT.passed ? refused : exitCode;
}

export async function listCommand({
  output,
  selector,
  allNamespaces,
  cluster,
}: CommandCalled<'list'>): Promise<number> {
  const response = await kubectlFor(cluster)([
    ...['get', RESOURCE, '-o', output === 'table' ? 'json' : output],
    ...(allNamespaces ? ['--all-namespaces'] : []),
    ...(selector === undefined ? [] : [`--selector=${selector}`]),
  ]);
  if ('problem' in response) return refuse([response.problem]);
  if (output !== 'table') {
    process.stdout.write(response.out);
    return EXIT.passed;
  }
  const lines = listLines(response.out, { allNamespaces, nowMs: Date.now(), paint: paintFor(process.stdout) });
  if (lines.length === 0) process.stderr.write('there is no LoadTest\n');
  for (const line of lines) process.stdout.write(`${line}\n`);
  return EXIT.passed;
}

export async function stopCommand({ tests, cluster }: CommandCalled<'stop'>): Promise<number> {
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
export async function rerunCommand(command: CommandCalled<'rerun'>): Promise<number> {
  const made = await rerun(kubectlFor(command.cluster), command);
  if ('problems' in made) return refuse(made.problems);
  if (command.wait) return waitCommand({ ...command, test: made.name });
  process.stdout.write(`${made.name}\n`);
  return EXIT.passed;
}

export async function logsCommand({ test, options, cluster }: CommandCalled<'logs'>): Promise<number> {
  const found = await loadTestCalled(kubectlFor(cluster), test);
  if ('problem' in found) return refuse([found.problem]);
  const { namespace: _, ...elsewhere } = cluster;
  return kubectlInPlace(elsewhere, logArguments(found.test, options));
}
