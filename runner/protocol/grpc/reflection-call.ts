import protobuf from 'protobufjs';
import { milliseconds } from '../../../api/common/duration.ts';
import type { GrpcMessage } from '../../../api/loadtest/grpc.ts';
import { GRPC_OK, GRPC_STATUSES, statusText } from '../../../api/status/grpc-statuses.ts';
import type { PreparedRequest } from '../../request/prepared-request.ts';
import type { Transport } from '../../transport/transport.ts';
import type { Values } from '../../values/referenced-values.ts';
import { callOnce } from './call.ts';
import { type GrpcMethod, methodOf } from './method.ts';
import { type GrpcTarget, prepareCall } from './prepared-call.ts';

/** The protocol of server reflection, which both versions share. */
const PROTOCOL = `syntax = "proto3";
message Request { oneof message { string file_by_filename = 3; string file_containing_symbol = 4; string list_services = 7; } }
message Files { repeated bytes file_descriptor_proto = 1; }
message Service { string name = 1; }
message Services { repeated Service service = 1; }
message Fault { int32 error_code = 1; string error_message = 2; }
message Response {
  Request original_request = 2;
  oneof message { Files file_descriptor_response = 4; Services list_services_response = 6; Fault error_response = 7; }
}
service Reflection { rpc ServerReflectionInfo(stream Request) returns (stream Response); }`;

/** The versions of the protocol, the newest first. */
export const VERSIONS = ['grpc.reflection.v1', 'grpc.reflection.v1alpha'];
const UNIMPLEMENTED = GRPC_STATUSES.indexOf('UNIMPLEMENTED');

/** Files of a server are read whatever the limit of the load's messages is. */
const MAX_REFLECTION_BYTES = 64 * 1024 * 1024;

export type Question = { fileByFilename: string } | { fileContainingSymbol: string } | { listServices: string };
export type Answer = {
  originalRequest?: { fileContainingSymbol?: string };
  fileDescriptorResponse?: { fileDescriptorProto?: string[] };
  listServicesResponse?: { service?: { name: string }[] };
  errorResponse?: { errorCode?: number; errorMessage?: string };
};

/** How a server is asked: the target and its values, over a transport. */
export type Asking = { target: GrpcTarget; values: Values; transport: Transport; interrupt?: AbortSignal | undefined };

/** The answers to the questions by the first of `versions` that the server has. Rejects with an error that says why it has no answer. */
export async function ask(
  questions: readonly Question[],
  versions: readonly string[],
  asking: Asking,
): Promise<{ answers: Answer[]; version: string }> {
  const timeoutMs = milliseconds(asking.target.timeout ?? '10s');
  for (const version of versions) {
    const call = reflectionCall(version, questions, asking);
    const response = await callOnce(asking.transport, call, { timeoutMs, interrupt: asking.interrupt }).catch(
      (error) => {
        throw new Error(`the server cannot be asked by reflection: ${(error as Error).message}`);
      },
    );
    if (response.status === UNIMPLEMENTED) continue;
    if (response.status !== GRPC_OK)
      throw new Error(`its reflection fails with ${response.reason ?? statusText(response.status)}`);
    return { answers: JSON.parse(response.body.toString()), version };
  }
  throw new Error('the server has no reflection: name its .proto files or a descriptor set in target.grpc.schema');
}

function reflectionCall(version: string, questions: readonly Question[], { target, values }: Asking): PreparedRequest {
  const protocol = new protobuf.Root();
  protobuf.parse(PROTOCOL, protocol);
  const method = methodOf(protocol, 'Reflection', 'ServerReflectionInfo') as GrpcMethod;
  const grpc = { service: 'Reflection', method: 'ServerReflectionInfo', messages: [...questions] as GrpcMessage[] };
  const call = prepareCall(
    { ...target, grpc: { ...target.grpc!, maxMessageBytes: MAX_REFLECTION_BYTES } },
    { name: 'reflection', weight: 1, method: 'GET', grpc },
    { ...method, path: `/${version}.ServerReflection/ServerReflectionInfo` },
    { values, columns: [] },
  );
  return { ...call, inspection: { maxBytes: MAX_REFLECTION_BYTES, inspect: () => ({ expected: true }) } };
}
