import type { ReportDocument } from '../../api/report/report-document.ts';
import { textReport } from '../../render/text/report.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { reportFromCluster } from '../cluster/cluster-report.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { fromFile, isFile } from '../input/files.ts';
import { readReports } from '../input/results.ts';
import { EXIT } from '../output/exit-codes.ts';
import { writeReports } from '../output/report-files.ts';
import { paintFor, refuse } from '../terminal/terminal.ts';

/** Writes reports from a file or from the cluster to files, or prints them without one; resolves to the exit code. */
export async function reportCommand({ source, files, cluster }: CommandCalled<'report'>): Promise<number> {
  const found = isFile(source) ? fromFile(source, readReports) : await reportFromCluster(kubectlFor(cluster), source);
  if ('problems' in found) return refuse(found.problems);
  if (Object.keys(files).length > 0) return refuse(writeReports(found.reports, files));
  printReports(found.reports);
  return EXIT.passed;
}

/** Prints reports as text. */
export function printReports(reports: readonly ReportDocument[]): void {
  const paint = paintFor(process.stdout);
  process.stdout.write(reports.map((report) => textReport(report, paint)).join('\n'));
}
