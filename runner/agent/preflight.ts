import { createServer } from 'node:net';
import { microseconds } from '../../api/common/duration.ts';
import type { Assignment } from '../../api/protocol/protocol.ts';
import { type AddressGuard, addressGuard } from '../../model/limits/address-guard.ts';
import type { Destination } from '../transport/connect/destination.ts';
import { dialer } from '../transport/connect/dial.ts';
import { hostOf } from '../transport/connect/host.ts';
import { denialAt } from '../transport/connect/resolve.ts';
import { ADDRESS_DENIED, failureOf, TIMED_OUT_CONNECTING } from '../transport/error-kind.ts';
import { DEFAULT_ADDRESSES, destinationOf } from '../transport/select.ts';
import { headerValueProblem } from '../values/header-values.ts';
import type { Values } from '../values/referenced-values.ts';
import type { Unfit } from './session.ts';

/**
 * Why there is no use in sending load: a value that no header can have, certificates that cannot be read, an address that is denied,
 * local addresses that are none and, if the spec asks to look, a target that cannot be reached or does not answer as expected. An
 * interrupt ends the looking; what is then answered with says nothing.
 */
export async function preflight(
  assignment: Assignment,
  values: Values,
  interrupt?: AbortSignal,
): Promise<Unfit | undefined> {
  const { addresses = DEFAULT_ADDRESSES, spec } = assignment;
  const { target } = spec;
  const unsendable = headerValueProblem(spec, values);
  if (unsendable !== undefined) return { problem: unsendable };
  let destination: Destination;
  try {
    destination = destinationOf(target, values, undefined, addresses);
  } catch (error) {
    return { problem: `target.tls: ${(error as Error).message}` };
  }
  const denied = await denialOf(destination, addressGuard(addresses));
  interrupt?.throwIfAborted();
  if (denied !== undefined) return { reason: ADDRESS_DENIED, problem: denied };
  for (const address of destination.localAddresses ?? []) {
    const code = await bindingProblem(address);
    if (code !== undefined)
      return { problem: `target.http.localAddresses: ${address} is no address of this machine (${code})` };
  }
  if (target.preflight === 'None') return undefined;
  const protocol = target.http?.version === 'HTTP2' ? 'h2' : 'http/1.1';
  const problem = await connectOnce(destination, protocol, microseconds(target.timeout) / 1e3, interrupt);
  if (problem !== undefined) return { problem: `the target cannot be reached: ${problem}` };
  if (target.preflight === 'Connect') return undefined;
  interrupt?.throwIfAborted();
  const { requestOnce } = await import('./preflight-request.ts');
  const unanswered = await requestOnce(assignment, values, interrupt);
  return unanswered === undefined ? undefined : { problem: unanswered };
}

/** Of the target, also behind a proxy, which would connect to it for us, and of the proxy itself. */
async function denialOf({ url, proxy, unixSocket }: Destination, guard: AddressGuard): Promise<string | undefined> {
  if (unixSocket !== undefined) return undefined;
  const target = await denialAt(hostOf(url), guard);
  if (target !== undefined) return `target.url: ${target}`;
  const way = proxy && (await denialAt(hostOf(proxy.url), guard));
  return way && `target.http.proxy.url: ${way}`;
}

/** The code of the error with which the system refuses to let connections come from `address`. */
function bindingProblem(address: string): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    server.listen(0, address, () => server.close(() => done(undefined)));
  });
}

/** Resolves the name, connects and shakes hands, and closes the connection; answers with the kind of failure and an example. */
function connectOnce(
  destination: Destination,
  protocol: 'http/1.1' | 'h2',
  timeoutMs: number,
  interrupt?: AbortSignal,
): Promise<string | undefined> {
  return new Promise((done) => {
    const onInterrupt = () => {
      giveUp();
      end('interrupted');
    };
    const end = (problem?: string) => {
      clearTimeout(timer);
      interrupt?.removeEventListener('abort', onInterrupt);
      done(problem);
    };
    const giveUp = dialer(destination)(
      { protocol },
      {
        open: (socket) => {
          socket.destroy();
          end();
        },
        failed: (error) => {
          const { kind, example } = failureOf(error);
          end(`${kind}: ${example}`);
        },
      },
    );
    const timer = setTimeout(() => {
      giveUp();
      end(`${TIMED_OUT_CONNECTING}: no connection within the time-out`);
    }, timeoutMs);
    interrupt?.addEventListener('abort', onInterrupt);
  });
}
