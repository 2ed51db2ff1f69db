import type { GrpcCall } from '../../../api/loadtest/grpc.ts';
import type { RequestSpec } from '../../../api/loadtest/request.ts';
import type { PreparedRequest } from '../../request/prepared-request.ts';
import type { Values } from '../../values/referenced-values.ts';
import { type GrpcMethod, methodOf } from './method.ts';
import { type GrpcTarget, prepareCall } from './prepared-call.ts';
import { ofReflection, readSchema } from './schema.ts';

type Options = { columns?: readonly string[]; answer?: Uint8Array | undefined };

/**
 * The calls of a spec with all their values looked up. A message without variables is encoded here, once. Throws an error that names the field of
 * a call that cannot be made. `answer`: what the target's reflection has told, if the schema comes from it.
 */
export function prepareCalls(
  target: GrpcTarget,
  requests: readonly RequestSpec[],
  values: Values,
  { columns = [], answer }: Options = {},
): PreparedRequest[] {
  const root = answer === undefined ? readSchema(target.grpc!.schema, values) : ofReflection(answer);
  return requests.map((request) => {
    const call = request.grpc!;
    const method = methodOf(root, call.service, call.method);
    const problem =
      typeof method === 'string' ? method : (messagesProblem(call, method) ?? eventsProblem(request, method));
    if (problem !== undefined) throw new Error(`request "${request.name}", ${problem}`);
    return prepareCall(target, request, method as GrpcMethod, { values, columns });
  });
}

/** Why the call has a number of messages that its method does not take. */
function messagesProblem({ method, messages }: GrpcCall, { sendsStream }: GrpcMethod): string | undefined {
  if (sendsStream || messages === undefined || messages.length === 1) return undefined;
  return `grpc.messages: the method ${method} takes one message, not ${messages.length}`;
}

/** Why the call waits for events that its method does not send. */
function eventsProblem({ grpc, expect = {} }: RequestSpec, { receivesStream }: GrpcMethod): string | undefined {
  const field = (['events', 'eventsFor'] as const).find((name) => expect[name] !== undefined);
  if (receivesStream || field === undefined) return undefined;
  return `expect.${field}: the method ${grpc!.method} responds with one message, and no stream`;
}
