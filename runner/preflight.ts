import { connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { microseconds } from '../api/duration.ts';
import type { LoadTestSpec } from '../api/loadtest.ts';
import { type AddressRules, addressGuard } from '../model/addresses.ts';
import { ADDRESS_DENIED, failureOf, TIMED_OUT_CONNECTING } from './failure.ts';
import { tls } from './openssl.ts';
import type { Values } from './requests.ts';
import { denialAt } from './resolve.ts';
import type { Unfit } from './session.ts';
import { addressOf, type Destination } from './transport.ts';
import { DEFAULT_ADDRESSES, destinationOf } from './transport-choice.ts';

/**
 * Why there is no use in sending load: certificates that cannot be read, an address that is denied and, if the spec asks to look, a
 * target that cannot be reached.
 */
export async function preflight(
  { target }: LoadTestSpec,
  values: Values,
  addresses: AddressRules = DEFAULT_ADDRESSES,
): Promise<Unfit | undefined> {
  let destination: Destination;
  try {
    destination = destinationOf(target, values, undefined, addresses);
  } catch (error) {
    return { problem: `target.tls: ${(error as Error).message}` };
  }
  const address = addressOf(destination);
  const denial = 'host' in address ? await denialAt(address.host, addressGuard(addresses)) : undefined;
  if (denial !== undefined) return { reason: ADDRESS_DENIED, problem: `target.url: ${denial}` };
  if (target.preflight !== 'Connect') return undefined;
  const protocol = target.http?.version === 'HTTP2' ? 'h2' : 'http/1.1';
  const problem = await connectOnce(destination, protocol, microseconds(target.timeout) / 1e3);
  return problem === undefined ? undefined : { problem: `the target cannot be reached: ${problem}` };
}

/** Resolves the name, connects and shakes hands, and closes the connection; answers with the kind of failure and an example. */
function connectOnce(destination: Destination, protocol: string, timeoutMs: number): Promise<string | undefined> {
  const { security } = destination;
  const address = addressOf(destination);
  return new Promise((done) => {
    const end = (problem?: string) => {
      clearTimeout(timer);
      socket.destroy();
      done(problem);
    };
    const connected = () => {
      const spoken = (socket as TLSSocket).alpnProtocol;
      const refused = security !== undefined && protocol === 'h2' && spoken !== 'h2';
      end(refused ? 'HTTP2NotOffered: the server does not offer HTTP/2 in its TLS handshake' : undefined);
    };
    const socket =
      security === undefined
        ? connect(address, connected)
        : tls().connect({ ...address, ...security, ALPNProtocols: [protocol] }, connected);
    const timer = setTimeout(end, timeoutMs, `${TIMED_OUT_CONNECTING}: no connection within the time-out`);
    socket.on('error', (error) => {
      const { kind, example } = failureOf(error);
      end(`${kind}: ${example}`);
    });
    socket.on('close', () => end('ConnectionClosed: the server closed the connection at once'));
  });
}
