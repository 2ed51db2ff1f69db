import type { Socket } from 'node:net';
import { MAX_MEASURED_ADDRESSES } from '../../../api/common/sizes.ts';
import type { AddressUse, AddressUses, Use } from '../../../model/measure/connections/addresses.ts';
import type { Destination } from './destination.ts';

/** Counts the connections of a transport, and the requests written to them, by the address of the peer: the target, or its proxy. */
export class AddressRecorder {
  readonly #unixSocket: string | undefined;
  readonly #uses = new Map<string, AddressUse>();
  readonly #others: Use = { requests: 0, connections: 0 };

  /** `unixSocket`: the path of the peer, if it has no address. */
  constructor({ unixSocket }: Pick<Destination, 'unixSocket'>) {
    this.#unixSocket = unixSocket;
  }

  /** A connection is open. Whoever writes a request to it adds one to the `requests` of the returned use. */
  opened(socket: Socket): Use {
    const use = this.#useOf(socket.remoteAddress ?? this.#unixSocket ?? 'unknown');
    use.connections++;
    return use;
  }

  /** The counts so far. */
  uses(): AddressUses {
    if (this.#uses.size === 0) return {};
    return {
      addresses: [...this.#uses.values()].map((use) => ({ ...use })),
      ...(this.#others.connections > 0 && { otherAddresses: { ...this.#others } }),
    };
  }

  /** A name may resolve to other addresses forever: the first ones are counted apart. */
  #useOf(address: string): Use {
    const known = this.#uses.get(address);
    if (known !== undefined) return known;
    if (this.#uses.size >= MAX_MEASURED_ADDRESSES) return this.#others;
    const use = { address, requests: 0, connections: 0 };
    this.#uses.set(address, use);
    return use;
  }
}
