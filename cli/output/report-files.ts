import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { htmlReport } from '../../render/html/html.ts';
import { junitReport } from '../../render/junit.ts';
import { markdownReport } from '../../render/markdown.ts';
import type { ReportFiles } from '../arguments/command.ts';
import { reasonOf } from '../input/files.ts';

/** What is to be written where. */
type OutputFile = { path: string; content: string };

/** The forms of a report that were asked for, with where each of them goes. */
export function reportOutputs(reports: readonly ReportDocument[], files: ReportFiles): OutputFile[] {
  const forms: [string | undefined, () => string][] = [
    [files.report, () => htmlReport(reports)],
    [files.junit, () => junitReport(reports)],
    [files.json, () => `${JSON.stringify(reports.length === 1 ? reports[0] : reports)}\n`],
    [files.markdown, () => markdownReport(reports)],
  ];
  return forms.flatMap(([path, content]) => (path === undefined ? [] : [{ path, content: content() }]));
}

/** Which of the files cannot be written, to be told before a run and not behind it; none is made or changed. */
export function unwritable(files: ReportFiles): string[] {
  return Object.values(files).flatMap((path) => {
    try {
      if (path !== '-') lookAt(path);
      return [];
    } catch (error) {
      return [cannotBeWritten(path, error)];
    }
  });
}

function lookAt(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new Error('is a folder');
  // The dot finds a file in the place of the folder.
  accessSync(found === undefined ? `${dirname(path)}/.` : path, constants.W_OK);
}

/** Writes the reports that were asked for, and tells what could not be written. */
export function writeReports(reports: readonly ReportDocument[], files: ReportFiles): string[] {
  return reportOutputs(reports, files).flatMap(({ path, content }) => {
    try {
      if (path === '-') process.stdout.write(content);
      else writeFileSync(path, content);
      return [];
    } catch (error) {
      return [cannotBeWritten(path, error)];
    }
  });
}

function cannotBeWritten(path: string, error: unknown): string {
  return `${path} cannot be written: ${reasonOf(error)}`;
}
