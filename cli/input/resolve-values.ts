import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import type { KeyReference } from '../../api/loadtest/references.ts';
import { keyReferences, referencePath } from '../../api/loadtest/references.ts';
import type { KubeObject } from './documents.ts';

type Texts = Record<string, string> | null | undefined;
const DEFAULT_NAMESPACE = 'default';

/** Values from elsewhere than the file of a test: `values` by referencePath outweigh those of the file, and `objects` come after it. */
export type FromElsewhere = { values: ReadonlyMap<string, Buffer>; objects: readonly KubeObject[] };

export const NOTHING: FromElsewhere = { values: new Map(), objects: [] };

/** A test, whatever its kind. */
type Referring = Pick<LoadTest, 'spec'> & { metadata: { namespace?: string | undefined } };

/**
 * The values that a test refers to, by {@link referencePath}, from the valid Secrets and ConfigMaps among `objects` and from elsewhere;
 * or a problem for each missing key.
 */
export function resolveValues(
  test: Referring,
  objects: readonly KubeObject[],
  elsewhere: FromElsewhere = NOTHING,
): { values: Map<string, Buffer> } | { problems: string[] } {
  const namespace = test.metadata.namespace ?? DEFAULT_NAMESPACE;
  const values = new Map<string, Buffer>();
  const problems: string[] = [];
  for (const ref of keyReferences(test.spec)) {
    const holder = [...objects, ...elsewhere.objects].find((o) => holds(o, ref, namespace));
    const value = elsewhere.values.get(referencePath(ref)) ?? (holder && keysOf(holder).get(ref.key));
    if (value !== undefined) values.set(referencePath(ref), value);
    else problems.push(missing(ref, holder !== undefined, namespace));
  }
  return problems.length > 0 ? { problems } : { values };
}

/** A problem for each key that a ConfigMap among `objects` lacks. One of a Secret may come from the command line. */
export function lackedKeys({ spec, metadata }: Referring, objects: readonly KubeObject[]): string[] {
  const namespace = metadata.namespace ?? DEFAULT_NAMESPACE;
  return keyReferences(spec).flatMap((ref) => {
    const holder = objects.find((o) => ref.kind === 'ConfigMap' && holds(o, ref, namespace));
    return holder === undefined || keysOf(holder).has(ref.key) ? [] : [missing(ref, true, namespace)];
  });
}

/** The value of one key among `objects`; undefined if it is missing. */
export function keyValue(ref: KeyReference, namespace: string | undefined, objects: readonly KubeObject[]) {
  const holder = objects.find((o) => holds(o, ref, namespace ?? DEFAULT_NAMESPACE));
  return holder && keysOf(holder).get(ref.key);
}

function holds({ kind, metadata }: KubeObject, ref: KeyReference, namespace: string): boolean {
  return kind === ref.kind && metadata?.name === ref.name && (metadata.namespace ?? DEFAULT_NAMESPACE) === namespace;
}

function missing({ kind, name, key }: KeyReference, holderExists: boolean, namespace: string): string {
  const reference = `the spec refers to key "${key}" of ${kind} "${name}"`;
  if (holderExists) return `${reference}, which has no such key`;
  return `${reference}, but there is no such ${kind} in namespace ${namespace}: add it to the file as a separate document, or give it with ${givenBy(kind, name, key)}`;
}

/** The option of `loadtest run` that gives a value. */
function givenBy(kind: KeyReference['kind'], name: string, key: string): string {
  return kind === 'Secret' ? `--secret ${name}.${key}=env:VARIABLE` : 'another FILE';
}

/** The values by key. A Secret's stringData takes precedence over its data, as in a cluster. */
function keysOf(holder: KubeObject): Map<string, Buffer> {
  const [encoded, plain] = (
    holder.kind === 'Secret' ? [holder.data, holder.stringData] : [holder.binaryData, holder.data]
  ) as [Texts, Texts];
  return new Map([
    ...Object.entries(encoded ?? {}).map(([key, value]): [string, Buffer] => [key, Buffer.from(value, 'base64')]),
    ...Object.entries(plain ?? {}).map(([key, value]): [string, Buffer] => [key, Buffer.from(value)]),
  ]);
}
