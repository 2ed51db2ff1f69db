import { loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import { beginScript } from '../../runner/script/script-host.ts';

const spec = loadTestSpecSchema.parse({
  target: { url: 'http://127.0.0.1:9' },
  load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  script: { configMapKeyRef: { name: 'hooks', key: 'hooks.js' } },
});
export const ASSIGNMENT: Assignment = { test: { namespace: 'shop', name: 'x', uid: 'u' }, spec, index: 0, replicas: 1 };

/** Receives the lines that a script writes. */
export type Written = (line: string) => void;

/** The result, as JSON, or the problem of a script with `body` as its setup. */
export async function setupOf(
  body: string,
  { assignment = ASSIGNMENT, write }: { assignment?: Assignment; write?: Written } = {},
): Promise<string> {
  const source = `export async function setup({ target }) {\n${body}\n}`;
  const values = new Map([['ConfigMap/hooks/hooks.js', Buffer.from(source)]]);
  const outcome = await beginScript(assignment, values, write === undefined ? {} : { write });
  return 'problem' in outcome ? outcome.problem : outcome.host!.setup;
}

/** An attempt of a script: its kind, what it is, code that returns what it gained, and the result or error that it must have. */
export type Attempt = [kind: string, what: string, code: string, expected: RegExp];

/** Code of an async function that makes attempts one after another and returns their results: the value as text, or the error. */
export function attemptsCode(attempts: readonly Attempt[]): string {
  const tries = attempts.map(
    ([, , code], i) => `results[${i}] = await (async () => {\n${code}\n})().then(
      (value) => 'returned ' + String(typeof value === 'object' ? JSON.stringify(value) : value).slice(0, 200),
      (error) => 'threw ' + (error?.code ?? error?.name) + ': ' + String(error?.message).slice(0, 200));`,
  );
  return `const results = [];\n${tries.join('\n')}\nreturn results;`;
}
