import { shownText } from '../../api/common/shown/text.ts';
import { DEFAULT_THRESHOLD, thresholdsOf, thresholdText } from '../../api/loadtest/threshold.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { callProblems } from '../input/call-problems.ts';
import { type DocumentTest, holdersIn, nameOf, testsIn } from '../input/document-test.ts';
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
  const all = [
    ...problems,
    ...valueProblems(documents, file),
    ...(await callProblems(documents, file)),
    ...(await scriptProblems(documents, file)),
  ];
  const valid = [
    `${file}: valid: ${countsOf(documents)}`,
    ...notes,
    ...testsIn(documents).flatMap((test) => heldToDefault(test, file)),
  ];
  return { problems: all.map(formatProblem), valid: valid.join('\n') };
}

/** For example "2 LoadTests, 1 ConfigMap", tests first. */
function countsOf(documents: readonly Document[]): string {
  const kinds = Map.groupBy([...testsIn(documents), ...holdersIn(documents)], ({ kind }) => kind);
  return [...kinds].map(([kind, { length }]) => `${length} ${kind}${length === 1 ? '' : 's'}`).join(', ');
}

/** Tests without thresholds are held to the default one, which their file does not show. */
function heldToDefault(test: DocumentTest, file: string): string[] {
  if (!thresholdsOf(test.spec).some((t) => t.default)) return [];
  return [
    `${file}: ${test.kind} ${nameOf(test)} has no thresholds and is held to the default one: ${thresholdText(DEFAULT_THRESHOLD)}`,
  ];
}
