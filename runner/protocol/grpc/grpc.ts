import { failingTransport } from '../../request/failing-transport.ts';
import { transportFor } from '../../transport/select.ts';
import { inspected } from '../inspected.ts';
import type { Protocol } from '../protocol.ts';
import { GrpcResponse } from './grpc-response.ts';
import { prepareCalls } from './prepare.ts';

/** gRPC over HTTP/2. The code of a status is its number: "14". */
export const grpc: Protocol = {
  prepare: prepareCalls,
  // A message whose variables have values that its type does not allow cannot be sent.
  open: async (...given) => failingTransport(await transportFor(...given)),
  newResponse: () => new GrpcResponse(),
  codeOf: String,
  judge: (_, response, arrival, session) => inspected(response, arrival, session),
};
