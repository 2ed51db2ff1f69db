import protobuf from 'protobufjs';
import { lacks } from '../../../api/common/misspelt/lacks.ts';

/** A method of a service with the types of its messages. */
export type GrpcMethod = {
  path: string;
  request: protobuf.Type;
  response: protobuf.Type;
  /** Whether the client, and the server, sends any number of messages. */
  sendsStream: boolean;
  receivesStream: boolean;
};

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
