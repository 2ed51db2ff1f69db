import type { Target } from '../../api/loadtest/target/target.ts';
import { http } from './http.ts';
import type { Protocol } from './protocol.ts';

/** The protocol that a target speaks. gRPC's code is loaded only for it. */
export async function protocolOf({ grpc }: Target): Promise<Protocol> {
  return grpc === undefined ? http : (await import('./grpc/grpc.ts')).grpc;
}
