import type protobuf from 'protobufjs';
import { microseconds, milliseconds } from '../../../api/common/duration.ts';
import { DEFAULT_MAX_MESSAGE } from '../../../api/common/sizes.ts';
import type { GrpcCall, GrpcMessage } from '../../../api/loadtest/grpc.ts';
import type { RequestSpec } from '../../../api/loadtest/request.ts';
import type { Target } from '../../../api/loadtest/target/target.ts';
import { GRPC_OK, grpcStatusNumber, statusText } from '../../../api/status/grpc-statuses.ts';
import { hostNameOf } from '../../../model/common/host.ts';
import { fill, type Template } from '../../../model/request/template.ts';
import type { BodyContent } from '../../request/body/body.ts';
import { encodeJson } from '../../request/body/json.ts';
import { basePathOf, pathOf } from '../../request/path.ts';
import { headerTemplate, withTemplates } from '../../request/prepare.ts';
import type { PreparedRequest } from '../../request/prepared-request.ts';
import type { StatusExpectation } from '../../response/expectation.ts';
import { inspectionOf } from '../../response/inspection.ts';
import type { Transport } from '../../transport/transport.ts';
import { authorizationOf } from '../../values/authorization.ts';
import type { Values } from '../../values/referenced-values.ts';
import { encodeMessage, framed, messageJson } from './messages.ts';
import { type MakeCall, reflect } from './reflection.ts';
import { type GrpcMethod, methodOf, readSchema } from './schema.ts';

type GrpcTarget = Pick<Target, 'url' | 'auth'> & Partial<Pick<Target, 'grpc' | 'timeout'>>;
type Options = { columns?: readonly string[]; transport?: Transport };

/** Files of a server are read whatever the limit of the load's messages is. */
const MAX_REFLECTION_BYTES = 64 * 1024 * 1024;

/**
 * The calls of a spec with all their values looked up. A message without variables is encoded here, once. Rejects with an error that names the
 * field of a call that cannot be made. `transport`: for the schema, if the target's reflection has it.
 */
export async function prepareCalls(
  target: GrpcTarget,
  requests: readonly RequestSpec[],
  values: Values,
  { columns = [], transport }: Options = {},
): Promise<PreparedRequest[]> {
  const { schema } = target.grpc!;
  const root =
    schema.type === 'Reflection' ? await reflected(target, requests, values, transport!) : readSchema(schema, values);
  return requests.map((request) => {
    const call = request.grpc!;
    const method = methodOf(root, call.service, call.method);
    const problem = typeof method === 'string' ? method : messagesProblem(call, method);
    if (problem !== undefined) throw new Error(`request "${request.name}", ${problem}`);
    return prepareCall(target, request, method as GrpcMethod, { values, columns });
  });
}

/** The schema of the services that the requests name, from the target itself. */
async function reflected(
  target: GrpcTarget,
  requests: readonly RequestSpec[],
  values: Values,
  transport: Transport,
): Promise<protobuf.Root> {
  const makeCall: MakeCall = (protocol, path, messages) => {
    const method = methodOf(protocol, 'Reflection', 'ServerReflectionInfo') as GrpcMethod;
    const grpc = { service: 'Reflection', method: 'ServerReflectionInfo', messages: messages as GrpcMessage[] };
    const call = prepareCall(
      { ...target, grpc: { ...target.grpc!, maxMessageBytes: MAX_REFLECTION_BYTES } },
      { name: 'reflection', weight: 1, method: 'GET', grpc },
      { ...method, path },
      { values, columns: [] },
    );
    return { ...call, inspection: { maxBytes: MAX_REFLECTION_BYTES, inspect: () => ({ expected: true }) } };
  };
  const services = [...new Set(requests.map(({ grpc }) => grpc!.service))];
  try {
    return await reflect(services, { transport, makeCall, timeoutMs: milliseconds(target.timeout ?? '10s') });
  } catch (error) {
    throw new Error(`target.grpc.schema: ${(error as Error).message}`);
  }
}

/** Why the call has a number of messages that its method does not take. */
function messagesProblem({ method, messages }: GrpcCall, { sendsStream }: GrpcMethod): string | undefined {
  if (sendsStream || messages === undefined || messages.length === 1) return undefined;
  return `grpc.messages: the method ${method} takes one message, not ${messages.length}`;
}

function prepareCall(
  target: GrpcTarget,
  request: RequestSpec,
  method: GrpcMethod,
  input: { values: Values; columns: readonly string[] },
): PreparedRequest {
  const { values, columns } = input;
  const call = request.grpc!;
  const base = new URL(target.url);
  const { maxMessageBytes = DEFAULT_MAX_MESSAGE } = target.grpc ?? {};
  const expect = { ...request.expect, maxBodyBytes: maxMessageBytes };
  const prepared = withTemplates(
    {
      name: request.name,
      weight: request.weight,
      thinkTimeUs: microseconds(request.thinkTime ?? '0s'),
      method: 'POST',
      redirects: null,
      site: { host: hostNameOf(base), secure: base.protocol === 'https:' },
      ...statusExpectation(request.expect?.grpcStatus),
      expectsBody: null,
      events: null,
      wantsHeaders: true,
      maxBodyBytes: maxMessageBytes,
      inspection: inspectionOf(expect, request.extract, expect.bodyContains),
      codedInspection: null,
      messages: {
        isStream: method.receivesStream,
        toJson: (message) => messageJson(method.response, message),
      },
    },
    {
      method: 'POST',
      status: [],
      path: pathOf(basePathOf(target.url), method.path),
      headers: [
        ...(call.metadata ?? []).flatMap((entry) => [entry.name, headerTemplate(entry, values, columns)]),
        ...impliedHeaders(target, call, values),
      ],
      body: bodyOf(request.name, call, method, input),
    },
  );
  const { render } = prepared;
  if (render === null) return prepared;
  return {
    ...prepared,
    render: (scope) => {
      try {
        return render(scope);
      } catch (error) {
        return { ...prepared, render: null, failure: { kind: 'RequestInvalid', example: (error as Error).message } };
      }
    },
  };
}

/** The headers of every call (gRPC over HTTP/2, Request-Headers), unless its metadata has them. */
function impliedHeaders({ auth, timeout }: GrpcTarget, call: GrpcCall, values: Values): string[] {
  const own = new Set(call.metadata?.map(({ name }) => name));
  const implied = [
    ['te', 'trailers'],
    ['content-type', 'application/grpc'],
    ['authorization', authorizationOf(auth, values)],
    ['grpc-timeout', timeout && timeoutText(microseconds(timeout))],
    ['grpc-encoding', call.encoding === 'Gzip' ? 'gzip' : undefined],
    ['grpc-accept-encoding', 'identity,gzip'],
    ['user-agent', 'loadtest-operator'],
  ] as const;
  return implied.flatMap(([name, value]) => (value === undefined || own.has(name) ? [] : [name, value]));
}

/** A duration as gRPC writes it: at most eight digits and a unit. */
function timeoutText(us: number): string {
  return us % 1e3 === 0 || us >= 1e8 ? `${Math.ceil(us / 1e3)}m` : `${Math.ceil(us)}u`;
}

/** The messages with their prefixes; each without variables is encoded now. */
function bodyOf(
  name: string,
  { message = {}, messages, encoding }: GrpcCall,
  { request }: GrpcMethod,
  input: { values: Values; columns: readonly string[] },
): BodyContent {
  const encode = (json: string, field: string) => {
    try {
      return framed(encodeMessage(request, json), encoding === 'Gzip');
    } catch (error) {
      throw new Error(`request "${name}", grpc.${field}: ${(error as Error).message}`);
    }
  };
  const frames = (messages ?? [message]).map((one, i) => {
    const field = messages === undefined ? 'message' : `messages[${i}]`;
    const json = encodeJson(one, input).content as Template;
    return typeof json === 'string'
      ? encode(json, field)
      : (scope: Parameters<typeof fill>[1]) => encode(fill(json, scope), field);
  });
  if (frames.every((frame) => typeof frame !== 'function')) return Buffer.concat(frames);
  return (scope) => Buffer.concat(frames.map((frame) => (typeof frame === 'function' ? frame(scope) : frame)));
}

function statusExpectation(patterns: readonly string[] = [String(GRPC_OK)]): StatusExpectation {
  const expected = new Set(patterns.map(grpcStatusNumber));
  const texts = [...expected].map(statusText);
  return {
    expectsStatus: (status) => expected.has(status),
    expectedStatus: texts.length === 1 ? texts[0]! : `one of ${texts.join(', ')}`,
  };
}
