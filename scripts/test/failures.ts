import { relative } from 'node:path';
import { inspect } from 'node:util';

/** A failed test or hook: its place and its error. */
export type Failure = { name: string; file: string; line: number; error: string };

/** The parts of node:test's event for a failure. */
type Failed = { name: string; file?: string; line?: number; details: { error: Error } };

/** Maximum number of lines of an error. */
const ERROR_LINES = 30;

/** The failure of an event; undefined for a suite that failed only because of its tests, which have separate events. */
export function failureOf({ name, file, line, details: { error } }: Failed, root: string): Failure | undefined {
  if ('failureType' in error && error.failureType === 'subtestsFailed') return undefined;
  // node:test wraps the error of the test.
  const text = inspect(error.cause ?? error)
    .split('\n')
    .slice(0, ERROR_LINES)
    .join('\n');
  return { name, file: file === undefined ? '' : relative(root, file), line: line ?? 0, error: text };
}

/** The summary of failures at the end of a run, because the output of the tests may be far above or truncated. */
export function failureLines(failures: readonly Failure[]): string[] {
  return failures.flatMap(({ name, file, line, error }) => [
    `✖ ${name} (${file}:${line})`,
    ...error.split('\n').map((text) => `  ${text}`),
  ]);
}
