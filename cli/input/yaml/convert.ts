import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar as ScalarNode } from 'yaml';
import { keyOf, type Resolved, resolveScalar } from '../../../api/common/notation/yaml-scalars.ts';
import { AliasBudget, bindAliases } from './aliases.ts';
import type { Places } from './places.ts';

/** What is wrong at an offset of a text. */
export type Fault = { offset: number; message: string };

type Fields = Record<string, unknown>;

const UNRENDERED = 'a key must be text; {{ }} is a template that nothing has filled in';

/** The end of a conversion that would copy too much. */
class TooManyAliases extends Error {}

/**
 * The JSON value of a parsed document, as kubectl makes it: with merge keys in the order in which they stand, and copies of aliases. The
 * places of fields and items are added to `places`, in whose text the document begins at `start`; offsets of faults begin at the document.
 */
export function valueFrom(root: Node, start: number, places: Places): { value: unknown; faults: Fault[] } {
  const converter = new Converter(root, start, places);
  try {
    const value = converter.value(root);
    places.setRoot(value, start + offsetOf(root));
    return { value, faults: converter.faults };
  } catch (error) {
    if (!(error instanceof TooManyAliases)) throw error;
    return { value: undefined, faults: converter.faults };
  }
}

class Converter {
  readonly faults: Fault[] = [];
  readonly #start: number;
  readonly #places: Places;
  readonly #bound: ReturnType<typeof bindAliases>;
  readonly #budget = new AliasBudget();
  /** The aliases whose copies are being made. */
  readonly #open = new Set<Alias>();

  constructor(root: Node, start: number, places: Places) {
    this.#start = start;
    this.#places = places;
    this.#bound = bindAliases(root);
  }

  value(node: unknown): unknown {
    if (!this.#budget.take(this.#open.size > 0)) {
      this.#fault(node, 'aliases copy too much of the document');
      throw new TooManyAliases();
    }
    if (isAlias(node)) return this.#follow(node, (target) => this.value(target));
    if (isMap(node)) return this.#fill({}, node.items);
    if (isSeq(node)) return this.#list(node.items);
    if (!isScalar(node)) return null;
    const resolved = scalarOf(node);
    if (!('problem' in resolved)) return resolved.value;
    this.#fault(node, resolved.problem);
    return null;
  }

  #list(items: readonly unknown[]): unknown[] {
    const list: unknown[] = [];
    for (const [i, item] of items.entries()) {
      list.push(this.value(item));
      this.#places.set(list, i, { value: this.#offset(item), ...sourceOf(item) });
    }
    return list;
  }

  /** Sets the fields of a map in `fields`. A merge key replaces what stands before it, as in kubectl. */
  #fill(fields: Fields, pairs: readonly Pair[]): Fields {
    const own = new Set<string>();
    for (const { key, value } of pairs) {
      if (isMergeKey(key)) {
        this.#merge(fields, key, value);
        continue;
      }
      const name = this.#name(key);
      if (name === undefined) continue;
      if (own.has(name)) this.#fault(key, twice(key, name));
      own.add(name);
      const read = this.value(value);
      // An assignment to __proto__ would not make a field.
      Object.defineProperty(fields, name, { value: read, writable: true, enumerable: true, configurable: true });
      const offset = this.#offset(key);
      const at = value === null ? offset : this.#offset(value);
      const { source: written = name } = sourceOf(key);
      this.#places.set(fields, name, { key: offset, name: written, value: at, ...sourceOf(value) });
    }
    return fields;
  }

  #name(key: unknown): string | undefined {
    const node = isAlias(key) ? this.#bound.get(key) : key;
    this.#budget.take(this.#open.size > 0);
    const found = isScalar(node) ? scalarOf(node) : { problem: isMap(node) ? UNRENDERED : 'a key must be text' };
    const name = 'problem' in found ? found : keyOf(found);
    if (typeof name === 'string') return name;
    this.#fault(key, name.problem);
    return undefined;
  }

  #merge(fields: Fields, key: unknown, value: unknown): void {
    // Of several maps the first has the last word.
    const maps = isSeq(value) ? value.items.toReversed() : [value];
    for (const map of maps) {
      if (isMap(map)) this.#fill(fields, map.items);
      else if (isAlias(map)) this.#follow(map, (target) => this.#mergeTarget(fields, key, target));
      else this.#fault(key, 'the merge key << takes a map or a list of maps');
    }
  }

  #mergeTarget(fields: Fields, key: unknown, target: Node): void {
    if (isMap(target)) this.#fill(fields, target.items);
    else this.#fault(key, 'the merge key << takes a map or a list of maps');
  }

  #follow<T>(alias: Alias, read: (target: Node) => T): T | null {
    const target = this.#bound.get(alias);
    if (target === undefined) this.#fault(alias, `there is no anchor &${alias.source} before this alias`);
    else if (this.#open.has(alias)) this.#fault(alias, `the anchor &${alias.source} contains itself`);
    else {
      this.#open.add(alias);
      const value = read(target);
      this.#open.delete(alias);
      return value;
    }
    return null;
  }

  #offset(node: unknown): number {
    return this.#start + offsetOf(node);
  }

  /** Adds a fault once; copies of an alias have the faults of their anchor. */
  #fault(node: unknown, message: string): void {
    const offset = offsetOf(node);
    if (!this.faults.some((fault) => fault.offset === offset)) this.faults.push({ offset, message });
  }
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

function scalarOf(node: ScalarNode): Resolved {
  return resolveScalar(String(node.value), node.tag, node.type === 'PLAIN');
}

function sourceOf(node: unknown): { source?: string } {
  return isScalar(node) && node.type === 'PLAIN' && node.tag === undefined ? { source: String(node.value) } : {};
}

function twice(key: unknown, name: string): string {
  const { source } = sourceOf(key);
  const read = source === undefined || source === name ? '' : `${source} is read as ${name}: `;
  return `${read}the field ${name} is given twice`;
}

function isMergeKey(node: unknown): boolean {
  if (!isScalar(node) || node.value !== '<<') return false;
  return node.tag === undefined ? node.type === 'PLAIN' : node.tag === '!' || node.tag === 'tag:yaml.org,2002:merge';
}
