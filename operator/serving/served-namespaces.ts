import { isApiError, isNamespaceTerminating } from '../kube/client.ts';
import type { LeaseStore } from '../leader/election.ts';
import { held, type Lease, mayHold, released } from '../leader/lease.ts';
import { errorText, type Log } from '../runtime/log.ts';
import { type Before, holderOf, LEASE_SECONDS, RENEW_MS, type Server } from './server.ts';

/** How often an installation looks whether it may serve a namespace. */
export const CHECK_MS = 5_000;

export type ServedNamespacesOptions = {
  store: (namespace: string) => LeaseStore;
  /** Names this installation, whichever of its pods leads. */
  identity: string;
  /** Whether a namespace has something to serve. */
  isNeeded: (namespace: string) => boolean;
  log: Log;
  /** Wall clock, for the times in the Lease. */
  now?: () => number;
  /** Monotonic clock, for the age of an observation. */
  ticks?: () => number;
};

type Known = Before & {
  /** When this version of the Lease was written or first read, and when it was last read. */
  sinceMs: number;
  readMs: number;
};

/**
 * Holds the Lease of each namespace while this installation has something to serve there. Another installation that covers the namespace leaves it
 * alone meanwhile (docs/design/0088-one-installation-a-namespace.md).
 */
export class ServedNamespaces {
  readonly #options: Required<ServedNamespacesOptions>;
  readonly #known = new Map<string, Known>();
  /** The last call about each namespace: one at a time, because each writes what the one before read. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ServedNamespacesOptions) {
    this.#options = { now: Date.now, ticks: () => performance.now(), ...options };
  }

  /** Renews the Leases from now on. */
  start(): void {
    this.#timer = setInterval(() => void this.renew(), RENEW_MS);
  }

  /** Keeps the Leases: the next pod of this installation goes on. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Who serves the namespace; takes a Lease that is free. Rejects if the API server does not tell. */
  serverOf(namespace: string): Promise<Server> {
    return this.#inTurn(namespace, async () => this.#recent(namespace) ?? (await this.#read(namespace)));
  }

  /** Whether another installation serves the namespace, as far as is known. */
  isElsewhere(namespace: string): boolean {
    return this.#known.get(namespace)?.server.is === 'Another';
  }

  /** Renews the Leases that are held, and releases those of namespaces that have nothing to serve any more. */
  async renew(): Promise<void> {
    const ours = [...this.#known].filter(([, { server }]) => server.is === 'Us');
    for (const [namespace] of ours) {
      if (!this.#options.isNeeded(namespace)) await this.releaseIdle(namespace);
      else
        await this.#inTurn(namespace, () => this.#renew(namespace)).catch((error) =>
          this.#warn('could not renew a Lease', namespace, error),
        );
    }
  }

  /** Releases the Lease of a namespace that has nothing to serve any more, so that another installation need not wait for its end. */
  async releaseIdle(namespace: string): Promise<void> {
    const { isNeeded, store, now } = this.#options;
    if (this.#known.get(namespace)?.server.is !== 'Us' || isNeeded(namespace)) return;
    await this.#inTurn(namespace, async () => {
      const known = this.#known.get(namespace);
      if (known?.server.is !== 'Us' || isNeeded(namespace)) return;
      this.#known.delete(namespace);
      if (known.lease !== undefined) await store(namespace).write(released(known.lease, now()));
    }).catch((error) => this.#warn('could not release a Lease', namespace, error));
  }

  async #inTurn<T>(namespace: string, call: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(namespace) ?? Promise.resolve()).then(call, call);
    this.#turns.set(namespace, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(namespace) === turn) this.#turns.delete(namespace);
    }
  }

  #recent(namespace: string): Server | undefined {
    const known = this.#known.get(namespace);
    if (known === undefined) return undefined;
    const ticks = this.#options.ticks();
    const isRecent =
      known.server.is === 'Us' ? ticks - known.sinceMs < LEASE_SECONDS * 1e3 : ticks - known.readMs < CHECK_MS;
    return isRecent ? known.server : undefined;
  }

  /** Writes the Lease as it was last seen: without reading it first, a namespace costs one call each time. */
  async #renew(namespace: string): Promise<void> {
    const { store, identity, now, ticks } = this.#options;
    const known = this.#known.get(namespace);
    if (known?.lease !== undefined) {
      const beganMs = ticks();
      const lease = await store(namespace)
        .write(heldFor(known.lease, identity, now()))
        .catch(() => undefined);
      if (lease !== undefined) {
        this.#known.set(namespace, { ...known, lease, sinceMs: beganMs, readMs: beganMs });
        return;
      }
    }
    // Another installation has it, it was deleted, or the response to an earlier write was lost.
    await this.#read(namespace);
  }

  async #read(namespace: string): Promise<Server> {
    const { store, identity, now, ticks, log } = this.#options;
    const before = this.#known.get(namespace);
    try {
      const readMs = ticks();
      const lease = await store(namespace).read();
      const isSame = before?.lease?.metadata.resourceVersion === lease.metadata.resourceVersion;
      const sinceMs = isSame && before !== undefined ? before.sinceMs : ticks();
      const isFree = mayHold(lease, identity, readMs - sinceMs);
      const known: Known = isFree
        ? {
            server: { is: 'Us' },
            lease: await store(namespace).write(heldFor(lease, identity, now())),
            sinceMs: readMs,
            readMs,
          }
        : {
            server: holderOf(lease, before, { nowMs: now(), seenForMs: readMs - sinceMs }),
            lease,
            sinceMs,
            readMs,
          };
      this.#known.set(namespace, known);
      const { server } = known;
      if (server.is === 'Another' && before?.server.is !== 'Another')
        log.warn('another installation of the operator serves a namespace', { namespace, by: server.identity });
      if (server.is === 'Us' && before !== undefined && before.server.is !== 'Us')
        log.info('took over a namespace', { namespace, from: before.server.identity });
      return server;
    } catch (error) {
      if (!isApiError(error, 403)) throw error;
      // A namespace that is being deleted, a quota, or a Role of somebody's own: no reason to serve nothing.
      if (before === undefined)
        this.#warn('no Lease in a namespace, which another installation may serve, too', namespace, error);
      const server: Server = { is: 'Us' };
      this.#known.set(namespace, { server, lease: undefined, sinceMs: ticks(), readMs: ticks() });
      return server;
    }
  }

  #warn(message: string, namespace: string, error: unknown): void {
    if (isNamespaceTerminating(error)) return;
    this.#options.log.warn(message, { namespace, error: errorText(error) });
  }
}

function heldFor(lease: Lease, identity: string, nowMs: number): Lease {
  return held(lease, { identity }, nowMs, LEASE_SECONDS);
}
