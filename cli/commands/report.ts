import { shownText } from '../../api/common/shown/text.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { textReport } from '../../render/text/report.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { reportFromCluster } from '../cluster/cluster-report.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { statusReport } from '../cluster/status-report.ts';
import { fromFile, isFile } from '../input/files.ts';
import { readReports, readResults } from '../input/results.ts';
import { EXIT } from '../output/exit-codes.ts';
import { writeReports } from '../output/report-files.ts';
import { formFor, refuse } from '../terminal/terminal.ts';

/** Writes reports from a file or from the cluster to files, or prints them without one; resolves to the exit code. */
export async function reportCommand({ source, files, cluster }: CommandCalled<'report'>): Promise<number> {
  const found = isFile(source) ? fromFile(source, reportsIn) : await reportFromCluster(kubectlFor(cluster), source);
  if ('problems' in found) return refuse(found.problems);
  if ('note' in found) process.stderr.write(shownText(`loadtest: ${found.note}\n`));
  if (Object.keys(files).length > 0) return refuse(writeReports(found.reports, files));
  printReports(found.reports);
  return EXIT.passed;
}

/** The reports in a file, or those of the LoadTests with a status in it, which have no timeline. */
function reportsIn(text: string, file: string): { reports: ReportDocument[] } | { problems: string[] } {
  const read = readReports(text, file);
  const found = 'reports' in read ? read : readResults(text, file);
  if ('reports' in found) return found;
  if ('problems' in found) return read;
  const made = found.results.map(({ name, spec, status }) => statusReport({ metadata: { name }, spec, status }));
  const problems = made.flatMap((m) => ('problem' in m ? [`${file}: ${m.problem}`] : []));
  return problems.length > 0 ? { problems } : { reports: made.flatMap((m) => ('report' in m ? [m.report] : [])) };
}

/** Prints reports as text. */
export function printReports(reports: readonly ReportDocument[]): void {
  const form = formFor(process.stdout);
  process.stdout.write(reports.map((report) => textReport(report, form)).join('\n'));
}
