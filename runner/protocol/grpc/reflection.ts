import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
import { GRPC_OK, GRPC_STATUSES, statusText } from '../../../api/status/grpc-statuses.ts';
import type { PreparedRequest } from '../../request/prepared-request.ts';
import type { Transport } from '../../transport/transport.ts';
import { callOnce } from './call.ts';
import { addKnown, resolved } from './schema.ts';

/** The protocol of server reflection, which both versions share. */
const PROTOCOL = `syntax = "proto3";
message Request { oneof message { string file_by_filename = 3; string file_containing_symbol = 4; } }
message Files { repeated bytes file_descriptor_proto = 1; }
message Fault { int32 error_code = 1; string error_message = 2; }
message Response { Request original_request = 2; oneof message { Files file_descriptor_response = 4; Fault error_response = 7; } }
service Reflection { rpc ServerReflectionInfo(stream Request) returns (stream Response); }`;

const VERSIONS = ['grpc.reflection.v1', 'grpc.reflection.v1alpha'];
const UNIMPLEMENTED = GRPC_STATUSES.indexOf('UNIMPLEMENTED');

/** Imports nest less deeply; a server that always names another file must come to an end. */
const MAX_ROUNDS = 32;
const MAX_FILES = 1000;

/** Makes a call with these messages of a method, for one of the names that its service has on the wire. */
export type MakeCall = (service: protobuf.Root, path: string, messages: readonly object[]) => PreparedRequest;

type Question = { fileByFilename: string } | { fileContainingSymbol: string };
type Answer = {
  originalRequest?: { fileContainingSymbol?: string };
  fileDescriptorResponse?: { fileDescriptorProto?: string[] };
  errorResponse?: { errorCode?: number; errorMessage?: string };
};

type File = { name: string; dependency: string[] };

/**
 * Asks a server for the files that define `services`, and those that they import as far as it has them. Rejects with an error that says why the
 * server does not tell.
 */
export async function reflect(
  services: readonly string[],
  { transport, makeCall, timeoutMs }: { transport: Transport; makeCall: MakeCall; timeoutMs: number },
): Promise<protobuf.Root> {
  const protocol = new protobuf.Root();
  protobuf.parse(PROTOCOL, protocol);
  const files = new Map<string, File>();
  let versions = VERSIONS;
  let questions: Question[] = services.map((fileContainingSymbol) => ({ fileContainingSymbol }));
  for (let round = 0; questions.length > 0 && round < MAX_ROUNDS && files.size < MAX_FILES; round++) {
    const { answers, version } = await ask(questions, versions);
    versions = [version];
    for (const { fileDescriptorResponse, errorResponse, originalRequest } of answers) {
      if (errorResponse !== undefined && round === 0) throw new Error(unknownSymbol(errorResponse, originalRequest));
      for (const bytes of fileDescriptorResponse?.fileDescriptorProto ?? []) {
        const file = descriptor.FileDescriptorProto.decode(Buffer.from(bytes, 'base64')) as unknown as File;
        files.set(file.name, file);
      }
    }
    const asked = questions.map((question) => ('fileByFilename' in question ? question.fileByFilename : ''));
    const imports = new Set([...files.values()].flatMap(({ dependency }) => dependency));
    questions = [...imports]
      .filter((name) => !files.has(name) && !asked.includes(name))
      .map((fileByFilename) => ({ fileByFilename }));
  }
  return ofFiles([...files.values()]);

  /** The answers to the questions by the first version of the protocol that the server has. */
  async function ask(
    given: readonly Question[],
    among: readonly string[],
  ): Promise<{ answers: Answer[]; version: string }> {
    for (const version of among) {
      const call = makeCall(protocol, `/${version}.ServerReflection/ServerReflectionInfo`, given);
      const response = await callOnce(transport, call, timeoutMs);
      if (response.status === UNIMPLEMENTED) continue;
      if (response.status !== GRPC_OK)
        throw new Error(`its reflection fails with ${response.reason ?? statusText(response.status)}`);
      return { answers: JSON.parse(response.body.toString()), version };
    }
    throw new Error('the server has no reflection: name its .proto files or a descriptor set in target.grpc.schema');
  }
}

function ofFiles(files: readonly File[]): protobuf.Root {
  const root = protobuf.Root.fromDescriptor({ file: files } as never);
  const names = new Set(files.map(({ name }) => name));
  const missing = files
    .flatMap(({ dependency }) => dependency)
    .filter((name) => !names.has(name) && !addKnown(root, name));
  const hint = missing.length === 0 ? '' : `; the server does not have ${[...new Set(missing)].join(', ')}`;
  return resolved(root, (fault) => `the server's files are incomplete: ${fault}${hint}`);
}

function unknownSymbol(
  { errorMessage = '' }: NonNullable<Answer['errorResponse']>,
  question: Answer['originalRequest'],
): string {
  const service = question?.fileContainingSymbol;
  return `the server's reflection has no service ${service === undefined ? 'of the requests' : `"${service}"`}: ${errorMessage.slice(0, 256)}`;
}
