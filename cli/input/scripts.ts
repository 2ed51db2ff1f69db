import { sandboxProblem } from '../../runner/script/sandbox/node-version.ts';
import { syntaxProblem } from '../../runner/script/sandbox/syntax.ts';
import { sourceOf } from '../../runner/script/test-context.ts';
import { type DocumentTest, holdersIn, ofLoadTest, testProblem, testsIn } from './document-test.ts';
import type { Runnable } from './prepare-tests.ts';
import { keyValue } from './resolve-values.ts';
import type { Document, DocumentProblem } from './validate.ts';

/** Why the scripts of tests that are about to run cannot run: this Node (`process.versions.node`) is too old, or their syntax is wrong. */
export async function runnableScriptProblems(
  tests: readonly Runnable[],
  file: string,
  node: string,
): Promise<DocumentProblem[]> {
  const scripted = tests.filter(({ test }) => test.spec.script !== undefined);
  const message = sandboxProblem(node);
  if (message !== undefined)
    return scripted.map(({ test, positionOf }) => problemOf(ofLoadTest(test, positionOf), message, file));
  const problems = scripted.map(({ test, values, positionOf }) =>
    problemsOf(ofLoadTest(test, positionOf), sourceOf(test.spec, values), file),
  );
  return (await Promise.all(problems)).flat();
}

/** What people should know, before anything runs, of the scripts of tests; or, when scripts are not allowed, why the tests cannot run. */
export function scriptNotes(
  tests: readonly Pick<Runnable, 'test'>[],
  allowed: boolean,
): { notes: string[] } | { problems: string[] } {
  const scripts = tests.flatMap(({ test: { metadata, spec } }) => {
    if (spec.script === undefined) return [];
    const { name, key } = spec.script.configMapKeyRef;
    return `LoadTest ${metadata.name} runs the script ${key} of ConfigMap ${name}`;
  });
  if (allowed) return { notes: scripts.map((script) => `${script} on this machine`) };
  return scripts.length === 0
    ? { notes: [] }
    : { problems: scripts.map((script) => `${script}, which --no-scripts forbids`) };
}

/**
 * The syntax errors of scripts whose ConfigMaps are in the same file as their tests. A script from elsewhere is checked when its test
 * begins.
 */
export async function scriptProblems(documents: readonly Document[], file: string): Promise<DocumentProblem[]> {
  const holders = holdersIn(documents);
  const problems = testsIn(documents).map(async (test) => {
    if (test.spec.script === undefined) return [];
    const { name, key } = test.spec.script.configMapKeyRef;
    const source = keyValue({ kind: 'ConfigMap', name, key }, test.metadata.namespace, holders);
    return source === undefined ? [] : problemsOf(test, source.toString(), file);
  });
  return (await Promise.all(problems)).flat();
}

async function problemsOf(test: DocumentTest, source: string, file: string): Promise<DocumentProblem[]> {
  const message = await syntaxProblem(test.spec.script!.configMapKeyRef.key, source);
  return message === undefined ? [] : [problemOf(test, message, file)];
}

function problemOf(test: DocumentTest, message: string, file: string): DocumentProblem {
  return testProblem(test, { field: 'script', path: `${test.path}.script`, message }, file);
}
