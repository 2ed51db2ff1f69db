import type { LoadTestSpec } from '../api/loadtest.ts';
import type { LoadTestStatus } from '../api/status.ts';
import { readReports } from './report.ts';
import { formatProblem, validateText } from './validate.ts';

/** A LoadTest with what came of it. */
export type Result = { name: string; spec: LoadTestSpec; status: LoadTestStatus };

/**
 * The results in a file: LoadTests with a status, as `loadtest run -o json` and kubectl print them, or reports, as `--json` writes
 * them and their ConfigMap holds them.
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
  return results.length > 0 ? { results } : { problems: [`${file}: there is no LoadTest with a status in it`] };
}

/** Of several results the one with a name; of one, that one. */
export function resultCalled(name: string | undefined, results: readonly Result[]): Result | undefined {
  return results.find((r) => r.name === name) ?? (results.length === 1 ? results[0] : undefined);
}
