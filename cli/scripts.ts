import type { LoadTestSpec } from '../api/loadtest.ts';
import { syntaxProblem } from '../runner/script/syntax.ts';
import type { Document, DocumentProblem } from './validate.ts';
import { keyValue } from './values.ts';

/**
 * What is wrong with the syntax of the scripts that stand in a file beside the tests that name them. One that stands elsewhere is
 * looked at when its test begins.
 */
export async function scriptProblems(documents: readonly Document[], file: string): Promise<DocumentProblem[]> {
  const holders = documents.flatMap((d) => ('object' in d ? [d.object] : []));
  const problems = documents.flatMap(scripted).map(async ({ kind, metadata, spec, path }) => {
    const { key, name } = spec.script!.configMapKeyRef;
    const source = keyValue({ kind: 'ConfigMap', name, key }, metadata.namespace, holders);
    const message = source === undefined ? undefined : await syntaxProblem(key, source.toString());
    if (message === undefined) return [];
    return [{ file, kind, name: metadata.name ?? metadata.generateName ?? '', path, message }];
  });
  return (await Promise.all(problems)).flat();
}

type Metadata = { name?: string | undefined; generateName?: string | undefined; namespace?: string | undefined };

/** A document's test, if it has a script, and where that is in it. */
function scripted(document: Document): { kind: string; metadata: Metadata; spec: LoadTestSpec; path: string }[] {
  const { kind } = document;
  const found =
    kind === 'LoadTest'
      ? { ...document.test, kind, path: 'spec.script' }
      : kind === 'ScheduledLoadTest'
        ? {
            kind,
            metadata: document.scheduled.metadata,
            spec: document.scheduled.spec.loadTestTemplate.spec,
            path: 'spec.loadTestTemplate.spec.script',
          }
        : undefined;
  return found?.spec.script === undefined ? [] : [found];
}
