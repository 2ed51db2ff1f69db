import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { keyReferences, referencePath, schemaKeys } from '../../api/loadtest/references.ts';
import { NO_DATA } from '../../model/request/data.ts';
import { protocolOf } from '../../runner/protocol/select.ts';
import { readTable } from '../../runner/request/variables.ts';
import { type DocumentTest, holdersIn, ofLoadTest, testsIn } from './document-test.ts';
import type { Runnable } from './prepare-tests.ts';
import { keyValue } from './resolve-values.ts';
import type { Document, DocumentProblem } from './validate.ts';
import { valueProblemOf } from './value-problems.ts';

type Values = ReadonlyMap<string, Buffer>;

/**
 * The gRPC calls of tests that their services do not take, and rows of the data that the messages do not, where the file holds the schema. A schema
 * from elsewhere is read when its test begins.
 */
export async function callProblems(documents: readonly Document[], file: string): Promise<DocumentProblem[]> {
  const holders = holdersIn(documents);
  const problems = testsIn(documents).map((test) => {
    const { target } = test.spec;
    const schema = new Set(schemaKeys(target.grpc).map(referencePath));
    const found = keyReferences(test.spec).map((ref) => {
      return [referencePath(ref), keyValue(ref, test.metadata.namespace, holders)] as const;
    });
    if (found.some(([path, value]) => schema.has(path) && value === undefined)) return [];
    // A call is right or wrong whatever the credentials are that the file lacks.
    const values = new Map(found.map(([path, value = Buffer.alloc(0)]) => [path, value]));
    return problemsOf(test, values, file);
  });
  return (await Promise.all(problems)).flat();
}

/** The same of tests with all their values. */
export async function runnableCallProblems(tests: readonly Runnable[], file: string): Promise<DocumentProblem[]> {
  const problems = tests.map(({ test, values, positionOf }) => problemsOf(ofLoadTest(test, positionOf), values, file));
  return (await Promise.all(problems)).flat();
}

async function problemsOf(test: DocumentTest, values: Values, file: string): Promise<DocumentProblem[]> {
  const message = await callProblem(test.spec, values);
  return message === undefined ? [] : [valueProblemOf(test, message, file)];
}

/** The first fault of the calls of a spec, or of their data; undefined where only the server has the schema. */
async function callProblem(spec: LoadTestSpec, values: Values): Promise<string | undefined> {
  const { target, requests } = spec;
  if (target.grpc === undefined || target.grpc.schema.type === 'Reflection') return undefined;
  const table = readTable(spec, values);
  const { columns, rows } = 'problem' in table ? NO_DATA : table;
  const protocol = await protocolOf(target);
  try {
    protocol.prepare(target, requests, values, { columns });
    // The code of gRPC is loaded only for it.
    const { rowProblem } = await import('../../runner/protocol/grpc/row-problem.ts');
    return rowProblem(spec, values, { columns, rows });
  } catch (error) {
    return (error as Error).message;
  }
}
