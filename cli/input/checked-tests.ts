import { randomBytes } from 'node:crypto';
import { runnableCallProblems } from './call-problems.ts';
import { prepareTests } from './prepare-tests.ts';
import { type FromElsewhere, NOTHING } from './resolve-values.ts';
import { runnableScriptProblems } from './scripts.ts';
import { formatProblem } from './validate.ts';

/** The LoadTests of a file with the overrides `set`, ready to run, gRPC calls and scripts included; or every problem. `file` is named in problems. */
export async function checkedTests(
  text: string,
  file: string,
  set: readonly string[],
  elsewhere: FromElsewhere = NOTHING,
): Promise<ReturnType<typeof prepareTests>> {
  const prepared = prepareTests(text, file, set, completeName, elsewhere);
  if ('problems' in prepared) return prepared;
  const problems = [
    ...(await runnableCallProblems(prepared.tests, file)),
    ...(await runnableScriptProblems(prepared.tests, file, process.versions.node)),
  ];
  return problems.length === 0 ? prepared : { problems: problems.map(formatProblem) };
}

/** Completes a generateName as the API server does. */
function completeName(prefix: string): string {
  return `${prefix}${randomBytes(3).toString('hex').slice(0, 5)}`;
}
