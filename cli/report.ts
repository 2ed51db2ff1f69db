import { parse } from 'yaml';
import { z } from 'zod';
import { problemsOf } from '../api/problems.ts';
import { REPORT_KEY, type ReportDocument, reportDocumentSchema } from '../api/report.ts';
import { htmlReport } from '../report/html.ts';
import { junitReport } from '../report/junit.ts';
import { markdownReport } from '../report/markdown.ts';
import type { ReportFiles } from './arguments.ts';

/** What is to be written where. */
export type OutputFile = { path: string; content: string };

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

const configMapSchema = z.looseObject({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) });

/**
 * The reports in a file: what `--json` wrote, of one test or of several, or a report's ConfigMap as kubectl prints it, as JSON or YAML.
 */
export function readReports(text: string, file: string): { reports: ReportDocument[] } | { problems: string[] } {
  const value = parsed(text);
  const configMap = configMapSchema.safeParse(value);
  const content = configMap.success ? parsed(configMap.data.data[REPORT_KEY] ?? '') : value;
  if (content === undefined || content === null || typeof content !== 'object') {
    return { problems: [`${file}: there is no report in it: neither JSON from --json nor a report's ConfigMap`] };
  }
  const result = z.array(reportDocumentSchema).safeParse(Array.isArray(content) ? content : [content]);
  if (result.success) return { reports: result.data };
  return { problems: problemsOf(result.error).map((p) => `${file}: ${p.path}: ${p.message}`) };
}

function parsed(text: string): unknown {
  try {
    // JSON is YAML, but its own parser is a hundred times faster.
    return text.trimStart().startsWith('{') || text.trimStart().startsWith('[') ? JSON.parse(text) : parse(text);
  } catch {
    return undefined;
  }
}
