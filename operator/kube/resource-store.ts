import type { Informer } from './informer.ts';
import type { Resource } from './types.ts';

export type StoreOptions<T> = {
  /** Selects the objects that stay parsed because they are read often; default: all. */
  isBusy?: (parsed: T) => boolean;
  /** Called for every object that may have changed. */
  changed?: (uid: string) => void;
};

/**
 * The persisted objects of a kind: as delivered by the watch, or as returned by the operator's own write while the watch lags behind.
 * Without the latter, a decision could be made twice with different results.
 */
export class ResourceStore<T> {
  readonly #cache: Pick<Informer<Resource>, 'get' | 'list'>;
  readonly #written = new Map<string, Resource>();
  readonly #parse: (object: Resource) => T;
  /** Parsed objects, because every runner update looks up its test. */
  readonly #parsed = new WeakMap<Resource, T>();

  readonly #isBusy: (parsed: T) => boolean;
  readonly #changed: (uid: string) => void;

  constructor(
    cache: Pick<Informer<Resource>, 'get' | 'list'>,
    parse: (object: Resource) => T,
    { isBusy = () => true, changed = () => {} }: StoreOptions<T> = {},
  ) {
    this.#cache = cache;
    this.#parse = parse;
    this.#isBusy = isBusy;
    this.#changed = changed;
  }

  get(namespace: string, name: string): T | undefined {
    const object = this.#newest(namespace, name);
    if (object === undefined) return undefined;
    const known = this.#parsed.get(object);
    if (known !== undefined) return known;
    const parsed = this.#parse(object);
    if (this.#isBusy(parsed)) this.#parsed.set(object, parsed);
    return parsed;
  }

  list(): Resource[] {
    return this.#cache.list();
  }

  /** Stores the response to a write, unless the watch was faster. */
  wrote(object: Resource): void {
    const cached = this.#cache.get(object.metadata.namespace, object.metadata.name);
    if (cached?.metadata.uid === object.metadata.uid && !isNewer(object, cached.metadata)) return;
    this.#written.set(object.metadata.uid, object);
    this.#changed(object.metadata.uid);
  }

  /** Processes an event of the watch. The copy of a write is kept only while it is newer. */
  saw({ metadata }: Resource): void {
    const own = this.#written.get(metadata.uid);
    if (
      own !== undefined &&
      (!isNewer(own, metadata) || this.#cache.get(metadata.namespace, metadata.name) === undefined)
    )
      this.#written.delete(metadata.uid);
    this.#changed(metadata.uid);
  }

  #newest(namespace: string, name: string): Resource | undefined {
    const cached = this.#cache.get(namespace, name);
    if (cached === undefined) return undefined;
    const own = this.#written.get(cached.metadata.uid);
    return own !== undefined && isNewer(own, cached.metadata) ? own : cached;
  }
}

/** Resource versions of one kind are ascending numbers. */
function isNewer(own: Resource, { resourceVersion }: Resource['metadata']): boolean {
  return BigInt(own.metadata.resourceVersion) > BigInt(resourceVersion);
}
