import type { KubeObject } from '../input/documents.ts';
import type { Header } from './header-argument.ts';
import { bytesOf, type Surroundings } from './value-argument.ts';

/** The ConfigMap of a body from a file, and its key. */
const BODY = 'body';

/** A body in a LoadTest, with the object that it refers to and the headers that belong to it. */
type Body = { body: object | undefined; objects: KubeObject[]; headers: Header[] };

/** The body, with the type application/json where it is JSON. Bytes of a file are sent as they are, without variables. */
export function bodyOf(argument: string | undefined, { readFile }: Surroundings): Body | { problem: string } {
  if (argument === undefined) return { body: undefined, objects: [], headers: [] };
  if (!argument.startsWith('@'))
    return { body: { type: 'Text', text: argument }, objects: [], headers: typeOf(argument) };
  const found = bytesOf(argument.slice(1), readFile);
  if ('problem' in found) return { problem: `--body ${found.problem}` };
  const text = found.value.toString();
  const isText = Buffer.from(text).equals(found.value);
  const content = isText ? { data: { [BODY]: text } } : { binaryData: { [BODY]: found.value.toString('base64') } };
  return {
    body: { type: 'From', from: { configMapKeyRef: { name: BODY, key: BODY } } },
    objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: BODY }, ...content }],
    headers: typeOf(text),
  };
}

function typeOf(text: string): Header[] {
  try {
    JSON.parse(text);
    return [{ name: 'Content-Type', value: 'application/json' }];
  } catch {
    return [];
  }
}
