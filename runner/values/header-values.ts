import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { basicAuthKeys, type KeyReference, keyReference } from '../../api/loadtest/references.ts';
import type { Target } from '../../api/loadtest/target/target.ts';
import { bytesOf, type Values } from './referenced-values.ts';

/** A value of a Secret or ConfigMap as the value of a header. */
export function headerText(bytes: Buffer): string {
  return withoutLineEnd(bytes).toString();
}

/** Removes one line end: `kubectl create secret --from-file` keeps that of the file, and it is not part of a password. */
export function withoutLineEnd(bytes: Buffer): Buffer {
  const [end] = /\r?\n$|$/.exec(bytes.toString('latin1', Math.max(0, bytes.length - 2)))!;
  return bytes.subarray(0, bytes.length - end.length);
}

/** Why a header cannot hold a value of the spec; undefined when all can. Names the key and never the value. */
export function headerValueProblem({ target, requests }: LoadTestSpec, values: Values): string | undefined {
  const problems = [
    ...authorizationProblems('target.auth', target.auth, values),
    ...authorizationProblems('target.http.proxy.auth', target.http?.proxy?.auth, values),
    ...requests.flatMap(({ name, headers = [], grpc }) =>
      [...headers, ...(grpc?.metadata ?? [])].flatMap(({ name: header, valueFrom }) => {
        if (valueFrom === undefined) return [];
        const key = keyReference(valueFrom);
        const problem = textProblem(headerText(bytesOf(key, values)));
        return problem === undefined ? [] : [problemOf(`request "${name}", header ${header}`, key, problem)];
      }),
    ),
  ];
  return problems[0];
}

function authorizationProblems(field: string, auth: Target['auth'], values: Values): string[] {
  if (auth?.bearer !== undefined) {
    const key: KeyReference = { kind: 'Secret', ...auth.bearer.secretKeyRef };
    const problem = textProblem(headerText(bytesOf(key, values)).trim());
    return problem === undefined ? [] : [problemOf(field, key, problem)];
  }
  return basicAuthKeys(auth?.basic?.secretRef.name ?? '').flatMap((key) => {
    if (auth?.basic === undefined) return [];
    const problem = controlProblem(headerText(bytesOf(key, values)));
    return problem === undefined ? [] : [problemOf(field, key, problem)];
  });
}

function problemOf(field: string, { kind, name, key }: KeyReference, problem: string): string {
  return `${field}: key "${key}" of ${kind} "${name}" ${problem}`;
}

/** Heads are sent in ISO 8859-1; any other character would arrive as a different one. */
function textProblem(text: string): string | undefined {
  const beyond = /[^\0-\xff]/.test(text)
    ? 'contains characters that a header cannot have (not in ISO 8859-1)'
    : undefined;
  return controlProblem(text) ?? beyond;
}

/** A line end would begin another header. User names and passwords have no control characters either (RFC 7617). */
function controlProblem(text: string): string | undefined {
  if (/[\r\n]/.test(text)) return 'has more than one line, which a header cannot have';
  return /[^\P{Cc}\t]/u.test(text) ? 'contains control characters, which a header cannot have' : undefined;
}
