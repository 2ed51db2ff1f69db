import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { sandboxProblem } from '../../runner/script/sandbox/node-version.ts';
import { syntaxProblem } from '../../runner/script/sandbox/syntax.ts';
import { sourceOf } from '../../runner/script/test-context.ts';
import type { Runnable } from './prepare-tests.ts';
import { keyValue } from './resolve-values.ts';
import type { Document, DocumentProblem, PositionOf } from './validate.ts';

/** A test with a script, and the path of the script's field. */
type Scripted = {
  kind: string;
  metadata: Metadata;
  spec: LoadTestSpec;
  path: string;
  positionOf?: PositionOf | undefined;
};
type Metadata = { name?: string | undefined; generateName?: string | undefined; namespace?: string | undefined };

/** Why the scripts of tests that are about to run cannot run: this Node (`process.versions.node`) is too old, or their syntax is wrong. */
export async function runnableScriptProblems(
  tests: readonly Runnable[],
  file: string,
  node: string,
): Promise<DocumentProblem[]> {
  const scripted = tests.filter(({ test }) => test.spec.script !== undefined);
  const message = sandboxProblem(node);
  if (message !== undefined)
    return scripted.map(({ test, positionOf }) => problemOf(scriptedTest(test, positionOf), message, file));
  const problems = scripted.map(({ test, values, positionOf }) =>
    problemsOf(scriptedTest(test, positionOf), sourceOf(test.spec, values), file),
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
  const holders = documents.flatMap((d) => ('object' in d ? [d.object] : []));
  const problems = documents.flatMap(scriptedOf).map(async (scripted) => {
    const { name, key } = scripted.spec.script!.configMapKeyRef;
    const source = keyValue({ kind: 'ConfigMap', name, key }, scripted.metadata.namespace, holders);
    return source === undefined ? [] : problemsOf(scripted, source.toString(), file);
  });
  return (await Promise.all(problems)).flat();
}

async function problemsOf(scripted: Scripted, source: string, file: string): Promise<DocumentProblem[]> {
  const message = await syntaxProblem(scripted.spec.script!.configMapKeyRef.key, source);
  return message === undefined ? [] : [problemOf(scripted, message, file)];
}

function problemOf({ kind, metadata, path, positionOf }: Scripted, message: string, file: string): DocumentProblem {
  return {
    file,
    position: positionOf?.(path),
    kind,
    name: metadata.name ?? metadata.generateName ?? '',
    path,
    message,
  };
}

const scriptedTest = (test: Pick<Scripted, 'metadata' | 'spec'>, positionOf?: PositionOf): Scripted => ({
  ...test,
  kind: 'LoadTest',
  path: 'spec.script',
  positionOf,
});

/** A document's test, if it has a script. */
function scriptedOf(document: Document): Scripted[] {
  const found =
    document.kind === 'LoadTest'
      ? scriptedTest(document.test, document.positionOf)
      : document.kind === 'ScheduledLoadTest'
        ? {
            kind: document.kind,
            metadata: document.scheduled.metadata,
            spec: document.scheduled.spec.loadTestTemplate.spec,
            path: 'spec.loadTestTemplate.spec.script',
            positionOf: document.positionOf,
          }
        : undefined;
  return found?.spec.script === undefined ? [] : [found];
}
