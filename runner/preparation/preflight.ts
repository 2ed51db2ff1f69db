import { createServer } from 'node:net';
import { milliseconds } from '../../api/common/duration.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import { hostOf } from '../../model/common/host.ts';
import { type AddressGuard, addressGuard } from '../../model/limits/address-guard.ts';
import type { Destination } from '../transport/connect/destination.ts';
import { dialer } from '../transport/connect/dial.ts';
import { denialAt } from '../transport/connect/resolve.ts';
import { ADDRESS_DENIED, failureOf, TIMED_OUT_CONNECTING } from '../transport/error-kind.ts';
import { DEFAULT_ADDRESSES, destinationOf } from '../transport/select.ts';
import { headerValueProblem } from '../values/header-values.ts';
import type { Values } from '../values/referenced-values.ts';
import { runnerFailed, type Unfit } from './unfit.ts';

/**
 * Checks that load can be sent: header values are valid, certificates can be read, the target's addresses are allowed and the local
 * addresses belong to this machine. If the spec asks for it, it also connects to the target or makes the first request.
 * Returns the first problem. After an interrupt it ends early, with an arbitrary result or error.
 */
export async function preflight(
  assignment: Assignment,
  values: Values,
  interrupt?: AbortSignal,
): Promise<Unfit | undefined> {
  const { addresses = DEFAULT_ADDRESSES, spec } = assignment;
  const { target } = spec;
  const unsendable = headerValueProblem(spec, values);
  if (unsendable !== undefined) return runnerFailed(unsendable);
  let destination: Destination;
  try {
    destination = destinationOf(target, values, undefined, addresses);
  } catch (error) {
    return runnerFailed(`target.tls: ${(error as Error).message}`);
  }
  const denied = await denialOf(destination, addressGuard(addresses));
  interrupt?.throwIfAborted();
  if (denied !== undefined) return { reason: ADDRESS_DENIED, problem: denied };
  for (const address of destination.localAddresses ?? []) {
    const code = await bindingProblem(address);
    if (code !== undefined)
      return runnerFailed(`target.http.localAddresses: ${address} is no address of this machine (${code})`);
  }
  if (target.preflight === 'None') return undefined;
  const protocol = target.http?.version === 'HTTP2' ? 'h2' : 'http/1.1';
  const problem = await connectOnce(destination, protocol, milliseconds(target.timeout), interrupt);
  if (problem !== undefined) return runnerFailed(`the target cannot be reached: ${problem}`);
  if (target.preflight === 'Connect') return undefined;
  interrupt?.throwIfAborted();
  const { requestOnce } = await import('./preflight-request.ts');
  const failure = await requestOnce(assignment, values, interrupt);
  return failure === undefined ? undefined : runnerFailed(failure);
}

/** The denied address of the target or of its proxy. A proxy would connect to a denied target for us, so both are checked. */
async function denialOf({ url, proxy, unixSocket }: Destination, guard: AddressGuard): Promise<string | undefined> {
  if (unixSocket !== undefined) return undefined;
  const target = await denialAt(hostOf(url), guard);
  if (target !== undefined) return `target.url: ${target}`;
  const proxyDenial = proxy && (await denialAt(hostOf(proxy.url), guard));
  return proxyDenial && `target.http.proxy.url: ${proxyDenial}`;
}

/** The error code of binding a socket to `address`; undefined when the machine has that address. */
function bindingProblem(address: string): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    server.listen(0, address, () => server.close(() => done(undefined)));
  });
}

/** Resolves the name, connects, completes the handshake and closes the connection. Returns the kind of failure and its message. */
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
      end(`${TIMED_OUT_CONNECTING}: no connection within the timeout`);
    }, timeoutMs);
    interrupt?.addEventListener('abort', onInterrupt);
  });
}
