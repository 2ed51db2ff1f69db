import { microseconds } from '../../../api/common/duration.ts';
import type { GrpcCall } from '../../../api/loadtest/grpc.ts';
import type { RequestSpec } from '../../../api/loadtest/request.ts';
import type { Target } from '../../../api/loadtest/target/target.ts';
import { headerTemplate } from '../../request/prepare.ts';
import { authorizationOf } from '../../values/authorization.ts';
import type { Values } from '../../values/referenced-values.ts';

type GrpcTarget = Pick<Target, 'auth'> & Partial<Pick<Target, 'timeout'>>;

/** Base64 with or without its padding, and several values between commas (gRPC over HTTP/2, Binary-Header). */
const BASE64 = '([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?';
const BINARY = new RegExp(`^${BASE64}(, *${BASE64})*$`);

/**
 * The headers of a call: its metadata, then what gRPC demands; names and values in turn. Throws an error that names the metadata whose value cannot
 * be one. Those with variables are not known before the load.
 */
export function headersOf(
  target: GrpcTarget,
  { name: request, grpc }: RequestSpec,
  { values, columns }: { values: Values; columns: readonly string[] },
): (string | ReturnType<typeof headerTemplate>)[] {
  const call = grpc!;
  const metadata = (call.metadata ?? []).flatMap((entry, i) => {
    const value = headerTemplate(entry, values, columns);
    if (entry.name.endsWith('-bin') && typeof value === 'string' && !BINARY.test(value))
      throw new Error(
        `request "${request}", grpc.metadata[${i}] ${entry.name}: the value must be base64, as the name ends in -bin`,
      );
    return [entry.name, value];
  });
  return [...metadata, ...impliedHeaders(target, call, values)];
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
