import { setTimeout as delay } from 'node:timers/promises';
import { type KubernetesListObject, type KubernetesObject, ListWatch } from '@kubernetes/client-node';
import type { KubeClient } from './client.ts';
import { listAll, slimMetadata } from './list.ts';
import type { ResourcePath } from './paths.ts';
import type { KubeObject } from './types.ts';
import { ExactWatch } from './watch.ts';

/**
 * The server ends a watch before the library's timeout of 30 s does, and sends a bookmark just before that. The next watch continues from
 * the bookmark, so that even a quiet resource is not listed again.
 */
const WATCH_SECONDS = 25;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;

export type InformerOptions<T extends KubeObject> = {
  client: KubeClient;
  path: ResourcePath;
  /** Default: all namespaces. */
  namespace?: string | undefined;
  labelSelector?: string;
  /** The key by which {@link Informer.indexed} finds an object; must not change during the object's life. */
  indexBy?: (object: T) => string | undefined;
  /** Reduces an object to its metadata and the fields that are read. */
  keep?: (object: T) => void;
  /** Called for every object that was added, changed or deleted; must not throw. */
  onChange: (object: T) => void;
  /** Called with the error of a broken watch, before it restarts. */
  onError: (error: Error) => void;
};

/** A local copy of the objects of one kind, which follows the API server until it is stopped. */
export class Informer<T extends KubeObject> {
  readonly #listWatch: ListWatch<KubernetesObject>;
  readonly #onError: (error: Error) => void;
  /** Objects by index key and name. The key must contain the namespace, within which names are unique. */
  readonly #index = new Map<string, Map<string, T>>();
  readonly #stopped = new AbortController();
  readonly #synced = Promise.withResolvers<void>();
  #retryMs = FIRST_RETRY_MS;

  constructor({ client, path, namespace, labelSelector, indexBy, keep, onChange, onError }: InformerOptions<T>) {
    this.#onError = onError;
    // The library also passes listed objects to its handlers.
    const slimmed = new WeakSet<T>();
    const slim = (object: T) => {
      if (slimmed.has(object)) return;
      slimmed.add(object);
      object.metadata = slimMetadata(object.metadata);
      keep?.(object);
    };
    const list = async () => {
      const query: Record<string, string> = labelSelector === undefined ? {} : { labelSelector };
      const items = await listAll<T>(client, { path: path(namespace), query, slim });
      this.#retryMs = FIRST_RETRY_MS;
      // The library stores the items synchronously.
      setImmediate(this.#synced.resolve);
      return items as unknown as KubernetesListObject<KubernetesObject>;
    };
    const watchPath = `${path(namespace)}?allowWatchBookmarks=true&timeoutSeconds=${WATCH_SECONDS}`;
    this.#listWatch = new ListWatch(watchPath, new ExactWatch(client.config), list, false, labelSelector);
    const changed = (exists: boolean) => (raw: KubernetesObject) => {
      const object = raw as unknown as T;
      slim(object);
      const value = indexBy?.(object);
      if (value !== undefined) this.#setIndexed(value, object, exists);
      onChange(object);
    };
    this.#listWatch.on('add', changed(true));
    this.#listWatch.on('update', changed(true));
    this.#listWatch.on('delete', changed(false));
    this.#listWatch.on('error', (error) => void this.#restart(error as Error));
  }

  get(namespace: string, name: string): T | undefined {
    return this.#listWatch.get(name, namespace) as T | undefined;
  }

  list(namespace?: string): T[] {
    return this.#listWatch.list(namespace) as unknown as T[];
  }

  /** The objects with this index key. */
  indexed(value: string): T[] {
    return [...(this.#index.get(value)?.values() ?? [])];
  }

  /** Resolves when the first list is complete; later changes follow. */
  async start(): Promise<void> {
    void this.#begin();
    await this.#synced.promise;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#synced.resolve();
    await this.#listWatch.stop();
  }

  #setIndexed(value: string, object: T, exists: boolean): void {
    const objects = this.#index.get(value) ?? new Map<string, T>();
    this.#index.set(value, objects);
    if (exists) objects.set(object.metadata.name, object);
    else objects.delete(object.metadata.name);
    if (objects.size === 0) this.#index.delete(value);
  }

  /** Any error except "gone" and a timeout ends the library's informer permanently. */
  async #restart(error: Error): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#onError(error);
    const wait = this.#retryMs;
    this.#retryMs = Math.min(2 * wait, LAST_RETRY_MS);
    await delay(wait, undefined, { signal: this.#stopped.signal, ref: false }).catch(() => {});
    if (!this.#stopped.signal.aborted) await this.#begin();
  }

  async #begin(): Promise<void> {
    await this.#listWatch.start().catch((error: Error) => this.#restart(error));
  }
}
