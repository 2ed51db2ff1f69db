import type { CommandCalled } from '../arguments/command.ts';
import { fromFile } from '../input/files.ts';
import { scriptProblems } from '../input/scripts.ts';
import { formatProblem, validateText } from '../input/validate.ts';
import { refuse } from '../terminal/terminal.ts';

/** Checks the LoadTests of each file; prints their problems and resolves to the exit code. */
export async function validateCommand({ files }: CommandCalled<'validate'>): Promise<number> {
  const problems: string[] = [];
  for (const file of files) {
    const found = await fromFile(file, problemsIn);
    problems.push(...found.problems);
    if ('valid' in found && found.problems.length === 0) process.stdout.write(`${found.valid}\n`);
  }
  return refuse(problems);
}

async function problemsIn(text: string, file: string): Promise<{ problems: string[]; valid: string }> {
  const { documents, problems } = validateText(text, file);
  const all = [...problems, ...(await scriptProblems(documents, file))];
  return { problems: all.map(formatProblem), valid: `${file}: ${documents.length} valid` };
}
