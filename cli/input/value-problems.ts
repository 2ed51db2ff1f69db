import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { readTable } from '../../runner/request/variables.ts';
import { headerValueProblem } from '../../runner/values/header-values.ts';
import { notTextProblem } from '../../runner/values/utf8-text.ts';
import { resolveValues } from './resolve-values.ts';
import type { Document, DocumentProblem } from './validate.ts';

/** Why a test cannot use the values that it refers to, as data rows, header values or texts; undefined if it can. */
export function valueProblem(spec: LoadTestSpec, values: ReadonlyMap<string, Buffer>): string | undefined {
  const table = readTable(spec, values);
  return 'problem' in table ? table.problem : (headerValueProblem(spec, values) ?? notTextProblem(spec, values));
}

/** The field whose values a problem is about. */
export function fieldOf(problem: string): string {
  if (problem.startsWith('data:')) return 'spec.data';
  return problem.startsWith('target.') ? 'spec.target' : 'spec';
}

/** The problems of tests with values that are all in the same file. Others are checked when their test begins. */
export function valueProblems(documents: readonly Document[], file: string): DocumentProblem[] {
  const holders = documents.flatMap((d) => ('object' in d ? [d.object] : []));
  return documents.flatMap((document) => {
    if (document.kind !== 'LoadTest') return [];
    const { spec, metadata } = document.test;
    const resolved = resolveValues(document.test, holders);
    const message = 'problems' in resolved ? undefined : valueProblem(spec, resolved.values);
    const name = metadata.name ?? metadata.generateName ?? '';
    const position = document.positionOf?.(fieldOf(message ?? ''));
    return message === undefined ? [] : [{ file, position, kind: document.kind, name, path: '', message }];
  });
}
