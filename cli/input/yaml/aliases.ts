import { type Alias, isAlias, isCollection, isPair, type Node } from 'yaml';

type Anchored = Exclude<Node, Alias>;

/** The node of each alias: the last one before it with its anchor, as an anchor may be given again; undefined if there is none. */
export function bindAliases(root: Node): Map<Alias, Anchored | undefined> {
  const anchors = new Map<string, Anchored>();
  const bound = new Map<Alias, Anchored | undefined>();
  const visit = (node: unknown): void => {
    if (isPair(node)) {
      visit(node.key);
      visit(node.value);
      return;
    }
    if (isAlias(node)) {
      bound.set(node, anchors.get(node.source));
      return;
    }
    const { anchor } = (node ?? {}) as Anchored;
    if (anchor) anchors.set(anchor, node as Anchored);
    if (isCollection(node)) for (const item of node.items) visit(item);
  };
  visit(root);
  return bound;
}

/** From so many nodes on, a document may consist of copies of aliases by less than 99%. */
const SMALL = 400_000;
/** From so many nodes on, it may do so by no more than 10%. */
const LARGE = 4_000_000;

/** Counts the nodes of a document with those that its aliases copy, and limits the latter as kubectl does (yaml/v2, decode.go). */
export class AliasBudget {
  #nodes = 0;
  #copied = 0;

  /** Counts a node, which is part of a copy or not. Returns false if there are too many copies. */
  take(isCopy: boolean): boolean {
    this.#nodes += 1;
    if (isCopy) this.#copied += 1;
    return this.#copied <= 100 || this.#nodes <= 1000 || this.#copied / this.#nodes <= this.#allowed();
  }

  #allowed(): number {
    const size = Math.min(Math.max(this.#nodes, SMALL), LARGE);
    return 0.99 - (0.89 * (size - SMALL)) / (LARGE - SMALL);
  }
}
