import { parse } from 'yaml';
import * as z from 'zod';
import { parseExactJson } from '../../api/common/notation/exact-json.ts';
import { problemsOf } from '../../api/common/problems.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { REPORT_KEY, type ReportDocument, reportDocumentSchema } from '../../api/report/report-document.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { formatProblem, validateText } from './validate.ts';

const configMapSchema = z.looseObject({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) });

/**
 * The reports in a file: the output of `--json` for one test or several, or a report's ConfigMap from kubectl, as JSON or YAML.
 */
export function readReports(text: string, file: string): { reports: ReportDocument[] } | { problems: string[] } {
  const value = parsed(text);
  const configMap = configMapSchema.safeParse(value);
  const content = configMap.success ? parsed(configMap.data.data[REPORT_KEY] ?? '') : value;
  if (content === undefined || content === null || typeof content !== 'object') {
    return { problems: [`${file}: it contains no report: neither JSON from --json nor a report's ConfigMap`] };
  }
  const result = z.array(reportDocumentSchema).safeParse(Array.isArray(content) ? content : [content]);
  if (result.success) return { reports: result.data };
  return { problems: problemsOf(result.error).map((p) => `${file}: ${p.path}: ${p.message}`) };
}

function parsed(text: string): unknown {
  try {
    // The YAML parser reads JSON too, but a hundred times slower.
    return text.trimStart().startsWith('{') || text.trimStart().startsWith('[') ? parseExactJson(text) : parse(text);
  } catch {
    return undefined;
  }
}

/** A LoadTest with its final status. */
export type Result = { name: string; spec: LoadTestSpec; status: LoadTestStatus };

/**
 * The results in a file: LoadTests with a status from `loadtest run -o json` or kubectl, or reports from `--json` or their ConfigMap.
 */
export function readResults(text: string, file: string): { results: Result[] } | { problems: string[] } {
  const read = readReports(text, file);
  if ('reports' in read)
    return { results: read.reports.map(({ metadata, spec, status }) => ({ name: metadata.name, spec, status })) };
  const { documents, problems } = validateText(text, file);
  if (documents.length === 0 && text.includes('LoadTestReport')) return read;
  if (problems.length > 0) return { problems: problems.map(formatProblem) };
  const results = documents.flatMap((document) =>
    document.kind === 'LoadTest' && document.test.status !== undefined
      ? [{ name: document.test.metadata.name ?? '', spec: document.test.spec, status: document.test.status }]
      : [],
  );
  return results.length > 0 ? { results } : { problems: [`${file}: it contains no LoadTest with a status`] };
}

/** The result with this name; a single result whatever its name. */
export function resultCalled(name: string | undefined, results: readonly Result[]): Result | undefined {
  return results.find((r) => r.name === name) ?? (results.length === 1 ? results[0] : undefined);
}
