import type { KubeClient } from '../kube/client.ts';
import { leaseStore } from '../kube/lease.ts';
import type { ObjectMeta } from '../kube/types.ts';
import type { Log } from '../runtime/log.ts';
import { type LeftAloneEvent, leftAloneEvent, waitingText } from './left-alone.ts';
import { CHECK_MS, ServedNamespaces } from './served-namespaces.ts';
import { SERVING_LEASE } from './server.ts';

type Ref = Pick<ObjectMeta, 'namespace' | 'uid'>;

/**
 * That this installation leaves an object alone, and for how long at least; the event to record about it, once for each object; and what the
 * object waits for, if its installation is silent.
 */
export type LeftAlone = { againMs: number; event?: LeftAloneEvent; waitsFor?: string };

/** Tells which LoadTests and schedules this installation of the operator serves, and holds on to their namespaces. */
export class Serving {
  readonly #identity: string;
  readonly #namespaces: ServedNamespaces;
  /** The uids of the objects that this installation serves, by namespace. */
  readonly #served = new Map<string, Set<string>>();
  /** The reason and the installation of the last event of an object, by uid. */
  readonly #reported = new Map<string, string>();

  constructor(identity: string, { client, log }: { client: KubeClient; log: Log }) {
    const store = (namespace: string) => leaseStore(client, namespace, SERVING_LEASE);
    const isNeeded = (namespace: string) => this.#served.has(namespace);
    this.#identity = identity;
    this.#namespaces = new ServedNamespaces({ store, identity, isNeeded, log });
  }

  /** Renews the Leases from now on. */
  start(): void {
    this.#namespaces.start();
  }

  /** Keeps the Leases: the next pod of this installation goes on. */
  stop(): void {
    this.#namespaces.stop();
  }

  /** Undefined: this installation serves the object until it is over. */
  async leftAlone({ namespace, uid }: Ref): Promise<LeftAlone | undefined> {
    const server = await this.#namespaces.serverOf(namespace);
    if (server.is === 'Us') {
      this.#served.set(namespace, (this.#served.get(namespace) ?? new Set()).add(uid));
      return undefined;
    }
    const leftAlone: LeftAlone = {
      againMs: CHECK_MS,
      ...(server.isSilent && { waitsFor: waitingText(this.#identity, namespace, server) }),
    };
    const event = leftAloneEvent(this.#identity, namespace, server);
    const reported = `${event?.reason} ${server.identity}`;
    if (event === undefined || this.#reported.get(uid) === reported) return leftAlone;
    this.#reported.set(uid, reported);
    return { ...leftAlone, event };
  }

  /** An object is complete or gone. Another installation may serve a namespace in which nothing is left. */
  async over({ namespace, uid }: Ref): Promise<void> {
    this.#reported.delete(uid);
    const served = this.#served.get(namespace);
    if (served?.delete(uid) !== true || served.size > 0) return;
    this.#served.delete(namespace);
    await this.#namespaces.releaseIdle(namespace);
  }

  /** Whether another installation serves the namespace, as far as is known. */
  isElsewhere(namespace: string): boolean {
    return this.#namespaces.isElsewhere(namespace);
  }
}
