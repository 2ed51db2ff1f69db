import type { LoadTest, LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { KubeObject } from './documents.ts';
import type { Document, DocumentProblem, PositionOf } from './validate.ts';

/** The test that a document defines. `path`: where its spec stands in the document. */
export type DocumentTest = {
  kind: string;
  metadata: { name?: string | undefined; generateName?: string | undefined; namespace?: string | undefined };
  spec: LoadTestSpec;
  path: string;
  positionOf?: PositionOf | undefined;
};

/** The tests of documents, of which Secrets and ConfigMaps have none. */
export function testsIn(documents: readonly Document[]): DocumentTest[] {
  return documents.flatMap((document) => {
    const { kind, positionOf } = document;
    if (kind === 'LoadTest') return [ofLoadTest(document.test, positionOf)];
    if (kind !== 'ScheduledLoadTest') return [];
    const { metadata, spec } = document.scheduled;
    return [{ kind, metadata, spec: spec.loadTestTemplate.spec, path: 'spec.loadTestTemplate.spec', positionOf }];
  });
}

/** The Secrets and ConfigMaps of documents, to which tests refer. */
export function holdersIn(documents: readonly Document[]): KubeObject[] {
  return documents.flatMap((document) => ('object' in document ? [document.object] : []));
}

/** The test of a LoadTest, which `positionOf` finds the fields of. */
export function ofLoadTest({ metadata, spec }: LoadTest, positionOf: PositionOf | undefined): DocumentTest {
  return { kind: 'LoadTest', metadata, spec, path: 'spec', positionOf };
}

/** The name of a test, or the beginning of the names that it gets. */
export function nameOf({ metadata: { name, generateName } }: Pick<DocumentTest, 'metadata'>): string {
  return name ?? generateName ?? '';
}

/** A problem of a test at the field `field` of its spec; `path` is what the message itself does not name. */
export function testProblem(
  test: DocumentTest,
  problem: { field: string; path: string; message: string },
  file: string,
): DocumentProblem {
  const position = test.positionOf?.([test.path, problem.field].filter(Boolean).join('.'));
  return { file, position, kind: test.kind, name: nameOf(test), path: problem.path, message: problem.message };
}
