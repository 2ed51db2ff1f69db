import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';

export const TEST_SERVICE = readFileSync(join(import.meta.dirname, 'testservice.proto'), 'utf8');

const NAME = 'grpc.testing.TestService';
const ECHO_INITIAL = 'x-grpc-test-echo-initial';
const ECHO_TRAILING = 'x-grpc-test-echo-trailing-bin';

type Payload = { body: Uint8Array };
type Status = { code: number; message: string } | null;
type Simple = {
  responseSize: number;
  payload: Payload | null;
  responseCompressed: object | null;
  responseStatus: Status;
};
type Output = {
  responseParameters: { size: number; intervalUs: number }[];
  payload: Payload | null;
  responseStatus: Status;
};
type Input = { payload: Payload | null };

/** A server of gRPC's interoperability service by grpc-js on a free port, over TLS with `tls`. */
export async function jsServer(tls?: {
  key: Buffer;
  cert: Buffer;
}): Promise<{ port: number; calls(): number; close(): void }> {
  let calls = 0;
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(definition(), {
    EmptyCall: (call: grpc.ServerUnaryCall<object, object>, done: grpc.sendUnaryData<object>) => {
      calls++;
      echoMetadata(call);
      done(null, {}, trailing(call));
    },
    UnaryCall: (call: grpc.ServerUnaryCall<Simple, object>, done: grpc.sendUnaryData<object>) => {
      calls++;
      const { responseSize, responseStatus, payload } = call.request;
      echoMetadata(call);
      if (responseStatus !== null && responseStatus.code > 0) {
        done({ code: responseStatus.code, details: responseStatus.message }, null, trailing(call));
        return;
      }
      const body = responseSize > 0 ? Buffer.alloc(responseSize) : (payload?.body ?? Buffer.alloc(0));
      const username = call.metadata.get('authorization').join();
      done(null, { payload: { body }, username }, trailing(call));
    },
    StreamingOutputCall: async (call: grpc.ServerWritableStream<Output, object>) => {
      calls++;
      echoMetadata(call);
      await respond(call, call.request);
      end(call, call.request.responseStatus);
    },
    StreamingInputCall: (call: grpc.ServerReadableStream<Input, object>, done: grpc.sendUnaryData<object>) => {
      calls++;
      let size = 0;
      call.on('data', ({ payload }: Input) => {
        size += payload?.body.length ?? 0;
      });
      call.on('end', () => done(null, { aggregatedPayloadSize: size }));
    },
    FullDuplexCall: (call: grpc.ServerDuplexStream<Output, object>) => {
      calls++;
      let status: Status = null;
      let responses = Promise.resolve();
      call.on('data', (request: Output) => {
        responses = responses.then(() => respond(call, request));
        status = request.responseStatus ?? status;
      });
      call.on('end', () => responses.then(() => end(call, status)));
    },
  });
  const credentials = tls
    ? grpc.ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.cert }])
    : grpc.ServerCredentials.createInsecure();
  const port = await new Promise<number>((done, fail) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? fail(error) : done(bound))),
  );
  return { port, calls: () => calls, close: () => server.forceShutdown() };
}

async function respond(
  call: { readonly cancelled: boolean; write(message: object): boolean },
  { responseParameters, payload }: Output,
): Promise<void> {
  for (const { size, intervalUs } of responseParameters) {
    if (intervalUs > 0) await new Promise((done) => setTimeout(done, intervalUs / 1e3));
    if (call.cancelled) return;
    call.write({ payload: { body: size > 0 ? Buffer.alloc(size) : (payload?.body ?? Buffer.alloc(0)) } });
  }
}

function end(
  call: grpc.ServerWritableStream<Output, object> | grpc.ServerDuplexStream<Output, object>,
  status: Status,
) {
  if (status !== null && status.code > 0) call.emit('error', { code: status.code, details: status.message });
  else call.end();
}

type AnyCall = { metadata: grpc.Metadata; sendMetadata(metadata: grpc.Metadata): void };

function echoMetadata(call: AnyCall): void {
  const metadata = new grpc.Metadata();
  for (const value of call.metadata.get(ECHO_INITIAL)) metadata.add(ECHO_INITIAL, value);
  call.sendMetadata(metadata);
}

function trailing(call: AnyCall): grpc.Metadata {
  const metadata = new grpc.Metadata();
  for (const value of call.metadata.get(ECHO_TRAILING)) metadata.add(ECHO_TRAILING, value);
  return metadata;
}

function definition(): grpc.ServiceDefinition {
  const root = new protobuf.Root();
  protobuf.parse(TEST_SERVICE, root);
  root.addJSON(protobuf.common.get('google/protobuf/wrappers.proto')!.nested!);
  const service = root.resolveAll().lookup(NAME) as protobuf.Service;
  return Object.fromEntries(
    service.methodsArray.map((method) => {
      const { resolvedRequestType: request, resolvedResponseType: response } = method;
      const codec = (type: protobuf.Type | null) => ({
        serialize: (value: object) => Buffer.from(type!.encode(type!.fromObject(value)).finish()),
        deserialize: (bytes: Buffer) => type!.toObject(type!.decode(bytes), { defaults: true, arrays: true }),
      });
      return [
        method.name,
        {
          path: `/${NAME}/${method.name}`,
          requestStream: method.requestStream === true,
          responseStream: method.responseStream === true,
          requestSerialize: codec(request).serialize,
          requestDeserialize: codec(request).deserialize,
          responseSerialize: codec(response).serialize,
          responseDeserialize: codec(response).deserialize,
        },
      ];
    }),
  ) as unknown as grpc.ServiceDefinition;
}
