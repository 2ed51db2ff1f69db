import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
import { didYouMean } from '../../../api/common/misspelt/closest.ts';
import type { ValueSource } from '../../../api/common/value-source.ts';
import { keyReference } from '../../../api/loadtest/references.ts';
import type { Target } from '../../../api/loadtest/target/target.ts';
import { bytesOf, type Values } from '../../values/referenced-values.ts';
import { utf8Text } from '../../values/utf8-text.ts';

/** A method of a service with the types of its messages. */
export type GrpcMethod = {
  path: string;
  request: protobuf.Type;
  response: protobuf.Type;
  /** Whether the client, and the server, sends any number of messages. */
  sendsStream: boolean;
  receivesStream: boolean;
};

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

/** Adds one of the files that come with every compiler of .proto files; false for another path. */
export function addKnown(root: protobuf.Root, path: string): boolean {
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
export function resolved(root: protobuf.Root, inWords: (fault: string) => string): protobuf.Root {
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

/** The method of a service by its name; a text says what is missing. */
export function methodOf(root: protobuf.Root, serviceName: string, methodName: string): GrpcMethod | string {
  const services = servicesIn(root);
  const service = services.get(serviceName);
  if (service === undefined)
    return `grpc.service: ${lacks('the schema', 'service', serviceName, [...services.keys()])}`;
  const method = service.methods[methodName];
  if (method === undefined)
    return `grpc.method: ${lacks(serviceName, 'method', methodName, Object.keys(service.methods))}`;
  method.resolve();
  const { resolvedRequestType, resolvedResponseType, requestStream, responseStream } = method;
  return {
    path: `/${serviceName}/${methodName}`,
    request: resolvedRequestType!,
    response: resolvedResponseType!,
    sendsStream: requestStream === true,
    receivesStream: responseStream === true,
  };
}

function servicesIn(namespace: protobuf.NamespaceBase): Map<string, protobuf.Service> {
  const found = new Map<string, protobuf.Service>();
  for (const child of namespace.nestedArray) {
    if (child instanceof protobuf.Service) found.set(child.fullName.slice(1), child);
    else if (child instanceof protobuf.Namespace) for (const one of servicesIn(child)) found.set(...one);
  }
  return found;
}

function lacks(owner: string, what: string, name: string, known: readonly string[]): string {
  return `${owner} has no ${what} "${name}"; it has ${known.slice(0, 10).join(', ') || 'none'}${didYouMean(name, known)}`;
}
