import { writeFileSync } from 'node:fs';
import { shownJson } from '../../api/common/shown/text.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { csvReport } from '../../render/csv.ts';
import { htmlReport } from '../../render/html/report.ts';
import { junitReport } from '../../render/junit.ts';
import { markdownReport } from '../../render/markdown.ts';
import type { ReportFiles } from '../arguments/command.ts';
import { cannotBeWritten } from './writable.ts';

type OutputFile = { path: string; content: string };

/** Renders the forms of a report that have a file, with their paths. */
export function reportOutputs(reports: readonly ReportDocument[], files: ReportFiles): OutputFile[] {
  return outputsOf([
    [files.report, () => htmlReport(reports)],
    [files.junit, () => junitReport(reports)],
    [files.json, () => `${shownJson(reports.length === 1 ? reports[0] : reports)}\n`],
    [files.markdown, () => markdownReport(reports)],
    [files.csv, () => csvReport(reports)],
  ]);
}

/** Renders each form that has a file. */
export function outputsOf(forms: readonly [path: string | undefined, content: () => string][]): OutputFile[] {
  return forms.flatMap(([path, content]) => (path === undefined ? [] : [{ path, content: content() }]));
}

/** Writes the reports to their files; returns a problem for each file that could not be written. */
export function writeReports(reports: readonly ReportDocument[], files: ReportFiles): string[] {
  return writeOutputs(reportOutputs(reports, files));
}

/** Writes files, "-" to standard output; returns a problem for each that could not be written. */
export function writeOutputs(outputs: readonly OutputFile[]): string[] {
  return outputs.flatMap(({ path, content }) => {
    try {
      if (path === '-') process.stdout.write(content);
      else writeFileSync(path, content);
      return [];
    } catch (error) {
      return [cannotBeWritten(path, error)];
    }
  });
}
