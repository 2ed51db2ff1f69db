import type { NamedValue, ValueSource } from '../common/value-source.ts';
import { bodySources } from './body/contents.ts';
import type { LoadTestSpec } from './loadtest.ts';

/** One key of a Secret or ConfigMap that a spec refers to. */
export type KeyReference = { kind: 'Secret' | 'ConfigMap'; name: string; key: string };

/** The key that `source` names. */
export function keyReference(source: ValueSource): KeyReference {
  return source.secretKeyRef === undefined
    ? { kind: 'ConfigMap', ...source.configMapKeyRef! }
    : { kind: 'Secret', ...source.secretKeyRef };
}

/**
 * Every Secret and ConfigMap key that a spec refers to, without duplicates: a runner pod mounts these keys,
 * and a local run looks them up in the same file.
 */
export function keyReferences(spec: LoadTestSpec): KeyReference[] {
  const { auth, tls, http } = spec.target;
  const found: KeyReference[] = [];
  const add = (source: ValueSource | undefined) => {
    if (source !== undefined) found.push(keyReference(source));
  };
  const addAll = (values: readonly NamedValue[] = []) => {
    for (const { valueFrom } of values) add(valueFrom);
  };

  for (const credentials of [auth, http?.proxy?.auth]) {
    if (credentials?.basic !== undefined) found.push(...basicAuthKeys(credentials.basic.secretRef.name));
    if (credentials?.bearer !== undefined) found.push({ kind: 'Secret', ...credentials.bearer.secretKeyRef });
  }
  add(tls?.caFrom);
  if (tls?.clientCertificateSecretRef !== undefined) {
    found.push(...clientCertificateKeys(tls.clientCertificateSecretRef.name));
  }
  found.push(...schemaKeys(spec.target.grpc));
  add(spec.data?.from);
  if (spec.script !== undefined) {
    add({ configMapKeyRef: spec.script.configMapKeyRef });
    addAll(spec.script.env);
  }
  for (const request of spec.requests) {
    addAll(request.headers);
    addAll(request.grpc?.metadata);
    for (const source of bodySources(request.body)) add(source);
  }
  return [...new Map(found.map((ref) => [referencePath(ref), ref])).values()];
}

/** The keys that hold the definition of gRPC services; none where the server has it. */
export function schemaKeys(grpc: LoadTestSpec['target']['grpc']): KeyReference[] {
  const { proto = [], descriptorSet } = grpc?.schema ?? {};
  return [...proto, ...(descriptorSet === undefined ? [] : [descriptorSet])].map(keyReference);
}

/** The two keys of a kubernetes.io/basic-auth Secret: user name first. */
export function basicAuthKeys(name: string): [KeyReference, KeyReference] {
  return [
    { kind: 'Secret', name, key: 'username' },
    { kind: 'Secret', name, key: 'password' },
  ];
}

/** The two keys of a kubernetes.io/tls Secret: certificate first. */
export function clientCertificateKeys(name: string): [KeyReference, KeyReference] {
  return [
    { kind: 'Secret', name, key: 'tls.crt' },
    { kind: 'Secret', name, key: 'tls.key' },
  ];
}

/** The path of a key below a runner's directory of values: `Secret/login/password`. */
export function referencePath({ kind, name, key }: KeyReference): string {
  return `${kind}/${name}/${key}`;
}
