import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
import type { ValueSource } from '../../../api/common/value-source.ts';
import { keyReference } from '../../../api/loadtest/references.ts';
import type { Target } from '../../../api/loadtest/target/target.ts';
import { bytesOf, type Values } from '../../values/referenced-values.ts';
import { utf8Text } from '../../values/utf8-text.ts';

/** A file as its descriptor, with the paths of its imports. */
export type DescribedFile = { name: string; dependency: string[] };

type Schema = NonNullable<Target['grpc']>['schema'];

/** The path of the options of files, messages and methods, which custom options extend. */
const OPTIONS = 'google/protobuf/descriptor.proto';

/** Reads the definition of a target's services. Throws an error that names the key and its fault. */
export function readSchema({ proto, descriptorSet }: Schema, values: Values): protobuf.Root {
  return descriptorSet === undefined ? parsed(proto ?? [], values) : ofDescriptors(descriptorSet, values);
}

function parsed(files: readonly ValueSource[], values: Values): protobuf.Root {
  const root = new protobuf.Root();
  const imports = new Set<string>();
  for (const source of files) {
    const text = utf8Text(bytesOf(keyReference(source), values));
    if (typeof text !== 'string') throw new Error(`${where('proto', source)} ${text.problem}`);
    try {
      for (const path of protobuf.parse(text, root).imports ?? []) imports.add(path);
    } catch (error) {
      throw new Error(`${where('proto', source)} is no .proto file: ${(error as Error).message}`);
    }
  }
  const others = [...imports].filter((path) => !addKnown(root, path));
  const given = new Set(files.map((source) => keyReference(source).key));
  const missing = others.filter((path) => !given.has(path.split('/').at(-1)!));
  const hint = missing.length === 0 ? '' : `; it may be in an imported file that is missing: ${missing.join(', ')}`;
  return resolved(root, (fault) => `target.grpc.schema.proto: ${fault}${hint}`);
}

/** Reads the files of a server's reflection, a FileDescriptorSet, of which imports may be missing. Throws an error that names the fault. */
export function ofReflection(set: Uint8Array): protobuf.Root {
  const { file: files } = descriptor.FileDescriptorSet.decode(set) as unknown as { file: DescribedFile[] };
  const root = protobuf.Root.fromDescriptor({ file: files } as never);
  const names = new Set(files.map(({ name }) => name));
  const missing = files
    .flatMap(({ dependency }) => dependency)
    .filter((name) => !names.has(name) && !addKnown(root, name));
  const hint = missing.length === 0 ? '' : `; the server does not have ${[...new Set(missing)].join(', ')}`;
  return resolved(root, (fault) => `target.grpc.schema: the server's files are incomplete: ${fault}${hint}`);
}

/** Adds one of the files that come with every compiler of .proto files; false for another path. */
function addKnown(root: protobuf.Root, path: string): boolean {
  const known = path === OPTIONS ? descriptor.FileOptions.root.toJSON() : protobuf.common.get(path);
  if (known === null) return false;
  root.addJSON(known.nested!);
  return true;
}

function ofDescriptors(source: ValueSource, values: Values): protobuf.Root {
  const inWords = (fault: string) => `${where('descriptorSet', source)} is no complete FileDescriptorSet: ${fault}`;
  try {
    return resolved(protobuf.Root.fromDescriptor(bytesOf(keyReference(source), values)), (fault) => fault);
  } catch (error) {
    throw new Error(inWords((error as Error).message));
  }
}

/** The same root when all types that it names are there. Throws the fault `inWords` otherwise. */
function resolved(root: protobuf.Root, inWords: (fault: string) => string): protobuf.Root {
  try {
    root.resolveAll();
    return root;
  } catch (error) {
    throw new Error(inWords((error as Error).message));
  }
}

function where(field: string, source: ValueSource): string {
  const { kind, name, key } = keyReference(source);
  return `target.grpc.schema.${field}: key "${key}" of ${kind} "${name}"`;
}
