import { shownText } from '../../api/common/shown/text.ts';
import type { LoadTest, LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { DEFAULT_THRESHOLD, thresholdsOf, thresholdText } from '../../api/loadtest/threshold.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { fromFile } from '../input/files.ts';
import { scriptProblems } from '../input/scripts.ts';
import { type Document, formatProblem, validateText } from '../input/validate.ts';
import { valueProblems } from '../input/value-problems.ts';
import { refuse } from '../terminal/terminal.ts';

/** Checks the LoadTests of each file; prints their problems and resolves to the exit code. */
export async function validateCommand({ files }: CommandCalled<'validate'>): Promise<number> {
  const problems: string[] = [];
  for (const file of files) {
    const found = await fromFile(file, problemsIn);
    problems.push(...found.problems);
    if ('valid' in found && found.problems.length === 0) process.stdout.write(shownText(`${found.valid}\n`));
  }
  return refuse(problems);
}

async function problemsIn(text: string, file: string): Promise<{ problems: string[]; valid: string }> {
  const { documents, problems, notes } = validateText(text, file);
  const all = [...problems, ...valueProblems(documents, file), ...(await scriptProblems(documents, file))];
  const valid = [
    `${file}: ${documents.length} valid`,
    ...notes,
    ...documents.flatMap((document) => heldToDefault(document, file)),
  ];
  return { problems: all.map(formatProblem), valid: valid.join('\n') };
}

/** Tests without thresholds are held to the default one, which their file does not show. */
function heldToDefault(document: Document, file: string): string[] {
  const test = testOf(document);
  if (test === undefined || !thresholdsOf(test.spec).some((t) => t.default)) return [];
  return [
    `${file}: ${test.what} has no thresholds and is held to the default one: ${thresholdText(DEFAULT_THRESHOLD)}`,
  ];
}

function testOf(document: Document): { what: string; spec: LoadTestSpec } | undefined {
  if (document.kind === 'LoadTest')
    return { what: what(document.kind, document.test.metadata), spec: document.test.spec };
  if (document.kind !== 'ScheduledLoadTest') return undefined;
  const { metadata, spec } = document.scheduled;
  return { what: what(document.kind, metadata), spec: spec.loadTestTemplate.spec };
}

function what(kind: string, { name, generateName }: LoadTest['metadata']): string {
  return `${kind} ${name ?? generateName ?? ''}`;
}
