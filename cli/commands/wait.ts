import { setTimeout } from 'node:timers/promises';
import { shownText } from '../../api/common/shown/text.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { verdictOf } from '../../render/common/verdict.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { reportFromCluster } from '../cluster/cluster-report.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { untilComplete } from '../cluster/wait.ts';
import { EXIT, exitCodeOf } from '../output/exit-codes.ts';
import { writeReports } from '../output/report-files.ts';
import { displayOf, refuse } from '../terminal/terminal.ts';
import { printReports } from './report.ts';

/** Follows a LoadTest in a cluster to its end, prints its report and resolves to the exit code of its verdict. */
export async function waitCommand({
  test: name,
  progress,
  files,
  cluster,
}: Omit<CommandCalled<'wait'>, 'name'>): Promise<number> {
  const kubectl = kubectlFor(cluster);
  const display = displayOf(progress);
  const interrupted = () => {
    display.note(`${name} continues in the cluster; loadtest stop ${name} ends it`);
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', interrupted);
  const waited = await untilComplete({ kubectl, name, display, now: Date.now, sleep: (ms) => setTimeout(ms) });
  process.off('SIGINT', interrupted);
  display.end();
  if ('problem' in waited) return refuse([waited.problem]);
  const { conditions } = waited.test.status;
  const exitCode = exitCodeOf(findCondition(conditions, 'Passed'));
  const found = await reportFromCluster(kubectl, name);
  if ('problems' in found) {
    process.stderr.write(shownText(`${verdictOf(conditions).message}\n`));
    return withFiles(exitCode, refuse(found.problems));
  }
  if (found.note !== undefined) process.stderr.write(shownText(`loadtest: ${found.note}\n`));
  if (!Object.values(files).includes('-')) printReports(found.reports);
  return withFiles(exitCode, refuse(writeReports(found.reports, files)));
}

/** A test that passed, but whose files could not be written, must not look like one with files. */
function withFiles(exitCode: number, refused: number): number {
  return exitCode === EXIT.passed ? refused : exitCode;
}
