import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { basicAuthKeys, type KeyReference, keyReference } from '../../api/loadtest/references.ts';
import type { Target } from '../../api/loadtest/target.ts';
import { bytesOf, type Values } from './referenced-values.ts';

/** A value of a Secret or ConfigMap as a header has it. */
export function headerText(bytes: Buffer): string {
  return withoutLineEnd(bytes).toString();
}

/** Files end in a line end, which `kubectl create secret --from-file` keeps; it is no part of a password. */
export function withoutLineEnd(bytes: Buffer): Buffer {
  const [end] = /\r?\n$|$/.exec(bytes.toString('latin1', Math.max(0, bytes.length - 2)))!;
  return bytes.subarray(0, bytes.length - end.length);
}

/** Why a value that a spec takes for a header must not stand in one. The key is named; the value is nobody's to see. */
export function headerValueProblem({ target, requests }: LoadTestSpec, values: Values): string | undefined {
  const problems = [
    ...authorizationProblems('target.auth', target.auth, values),
    ...authorizationProblems('target.http.proxy.auth', target.http?.proxy?.auth, values),
    ...requests.flatMap(({ name, headers = [] }) =>
      headers.flatMap(({ name: header, valueFrom }) => {
        if (valueFrom === undefined) return [];
        const key = keyReference(valueFrom);
        const problem = textProblem(headerText(bytesOf(key, values)));
        return problem === undefined ? [] : [told(`request "${name}", header ${header}`, key, problem)];
      }),
    ),
  ];
  return problems[0];
}

function authorizationProblems(field: string, auth: Target['auth'], values: Values): string[] {
  if (auth?.bearer !== undefined) {
    const key: KeyReference = { kind: 'Secret', ...auth.bearer.secretKeyRef };
    const problem = textProblem(headerText(bytesOf(key, values)).trim());
    return problem === undefined ? [] : [told(field, key, problem)];
  }
  return basicAuthKeys(auth?.basic?.secretRef.name ?? '').flatMap((key) => {
    if (auth?.basic === undefined) return [];
    const problem = controlProblem(headerText(bytesOf(key, values)));
    return problem === undefined ? [] : [told(field, key, problem)];
  });
}

function told(where: string, { kind, name, key }: KeyReference, problem: string): string {
  return `${where}: key "${key}" of ${kind} "${name}" ${problem}`;
}

/** Heads are written as ISO 8859-1: another character would arrive as one that nobody meant. */
function textProblem(text: string): string | undefined {
  const beyond = /[^\0-\xff]/.test(text) ? 'holds characters that a header cannot have (not in ISO 8859-1)' : undefined;
  return controlProblem(text) ?? beyond;
}

/** A line end would begin a header of its own; user names and passwords have none of these either (RFC 7617). */
function controlProblem(text: string): string | undefined {
  if (/[\r\n]/.test(text)) return 'has more than one line, which a header cannot have';
  return /[^\P{Cc}\t]/u.test(text) ? 'holds control characters, which a header cannot have' : undefined;
}
