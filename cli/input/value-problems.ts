import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { readTable } from '../../runner/request/variables.ts';
import { headerValueProblem } from '../../runner/values/header-values.ts';
import { notTextProblem } from '../../runner/values/utf8-text.ts';
import { type DocumentTest, holdersIn, testProblem, testsIn } from './document-test.ts';
import { lackedKeys, resolveValues } from './resolve-values.ts';
import type { Document, DocumentProblem } from './validate.ts';

/** Why a test cannot use the values that it refers to, as data rows, header values or texts; undefined if it can. */
export function valueProblem(spec: LoadTestSpec, values: ReadonlyMap<string, Buffer>): string | undefined {
  const table = readTable(spec, values);
  return 'problem' in table ? table.problem : (headerValueProblem(spec, values) ?? notTextProblem(spec, values));
}

/** A problem of a test with its values, which names its field. */
export function valueProblemOf(test: DocumentTest, message: string, file: string): DocumentProblem {
  return testProblem(test, { field: fieldOf(message, test.spec), path: '', message }, file);
}

/** The field of a spec that a problem of its values is about, or one above it. */
function fieldOf(problem: string, { requests }: Pick<LoadTestSpec, 'requests'>): string {
  const [, name, part = ''] = /^request "(.*?)", ([-\w.[\]]+)/.exec(problem) ?? [];
  if (name !== undefined) return `requests[${requests.findIndex((request) => request.name === name)}].${part}`;
  return /^(data|target)\b[\w.[\]]*/.exec(problem)?.[0] ?? '';
}

/** The problems of tests with values that are all in the same file, and with its ConfigMaps. Others are checked when their test begins. */
export function valueProblems(documents: readonly Document[], file: string): DocumentProblem[] {
  const holders = holdersIn(documents);
  return testsIn(documents).flatMap((test) => {
    const resolved = resolveValues(test, holders);
    const found = 'problems' in resolved ? undefined : valueProblem(test.spec, resolved.values);
    const messages = [...lackedKeys(test, holders), ...(found === undefined ? [] : [found])];
    return messages.map((message) => valueProblemOf(test, message, file));
  });
}
