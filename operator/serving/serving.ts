import type { KubeClient } from '../kube/client.ts';
import { leaseStore } from '../kube/lease.ts';
import type { ObjectMeta } from '../kube/types.ts';
import type { Log } from '../runtime/log.ts';
import { CHECK_MS, SERVING_LEASE, ServedNamespaces } from './served-namespaces.ts';

type Ref = Pick<ObjectMeta, 'namespace' | 'uid'>;

/** That this installation leaves an object alone, for how long at least, and the event to record about it, once for each object. */
export type LeftAlone = { againMs: number; event?: { type: 'Warning'; reason: string; note: string } };

/** Tells which LoadTests and schedules this installation of the operator serves, and holds on to their namespaces. */
export class Serving {
  readonly #identity: string;
  readonly #namespaces: ServedNamespaces;
  /** The uids of the objects that this installation serves, by namespace. */
  readonly #served = new Map<string, Set<string>>();
  /** The installation that the event of an object named, by uid. */
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
    if (server.is === 'Unknown' || this.#reported.get(uid) === server.identity) return { againMs: CHECK_MS };
    this.#reported.set(uid, server.identity);
    const note =
      `${this.#identity} leaves this object alone: another installation of the operator, ${server.identity}, holds the Lease ` +
      `${SERVING_LEASE} of namespace ${namespace}. Uninstall one of them, or limit them to other namespaces (watchNamespace)`;
    return { againMs: CHECK_MS, event: { type: 'Warning', reason: 'ServedByAnother', note } };
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
