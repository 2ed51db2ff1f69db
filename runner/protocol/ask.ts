import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Values } from '../values/referenced-values.ts';

/**
 * Asks the target for what the preparation of requests needs and only the target knows: the schema of gRPC services, once for all threads of a
 * runner. Undefined: nothing. Rejects with why the target does not tell, and after an interrupt. gRPC's code is loaded only for it.
 */
export async function askTarget(
  { spec, addresses }: Pick<Assignment, 'spec' | 'addresses'>,
  values: Values,
  interrupt?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { target, requests } = spec;
  if (target.grpc?.schema.type !== 'Reflection') return undefined;
  const [{ reflect }, { transportFor }] = await Promise.all([
    import('./grpc/reflection.ts'),
    import('../transport/select.ts'),
  ]);
  const transport = await transportFor(target, values, undefined, addresses);
  return reflect(requests, { target, values, transport, interrupt });
}
