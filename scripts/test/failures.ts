import { relative } from 'node:path';
import { inspect } from 'node:util';

/** A test or a suite's hook that failed: where it stands, and what it ended with. */
export type Failure = { name: string; file: string; line: number; error: string };

/** What node:test tells of an end that is not good. */
type Failed = { name: string; file?: string; line?: number; details: { error: Error } };

/** How many lines of an error are told. */
const ERROR_LINES = 30;

/** A failure, or undefined for a suite of which nothing failed but its tests, which tell of themselves. */
export function failureOf({ name, file, line, details: { error } }: Failed, root: string): Failure | undefined {
  if ('failureType' in error && error.failureType === 'subtestsFailed') return undefined;
  // node:test wraps what the test threw.
  const text = inspect(error.cause ?? error)
    .split('\n')
    .slice(0, ERROR_LINES)
    .join('\n');
  return { name, file: file === undefined ? '' : relative(root, file), line: line ?? 0, error: text };
}

/** What is said of failures at the end of a run, where the tests' own output is far above or was cut off. */
export function failureLines(failures: readonly Failure[]): string[] {
  return failures.flatMap(({ name, file, line, error }) => [
    `✖ ${name} (${file}:${line})`,
    ...error.split('\n').map((text) => `  ${text}`),
  ]);
}
