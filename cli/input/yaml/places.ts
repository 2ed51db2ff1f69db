/**
 * Where a field of a map or an item of a list stands: offsets in the text. `source` and `name`: how a scalar and the name of a field are
 * written, if they have no quotes.
 */
export type Place = { key?: number; name?: string; value: number; source?: string };

export type Step = string | number;

/** The places of the values that were read from one text. Values are known by identity: a copy of an object has no places. */
export class Places {
  readonly #roots = new WeakMap<object, number>();
  readonly #inside = new WeakMap<object, Map<Step, Place>>();
  /** The offset of each line's first character. */
  readonly #lines: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lines.push(at + 1);
  }

  setRoot(value: unknown, offset: number): void {
    if (typeof value === 'object' && value !== null) this.#roots.set(value, offset);
  }

  set(holder: object, step: Step, place: Place): void {
    const inside = this.#inside.get(holder) ?? new Map<Step, Place>();
    this.#inside.set(holder, inside.set(step, place));
  }

  get(holder: object, step: Step): Place | undefined {
    return this.#inside.get(holder)?.get(step);
  }

  /**
   * The field at `path` below `root`, in the API server's notation such as `spec.requests[0].name`, or the nearest one above it that stands
   * in the text: its line and column, such as "3:5", and how it is written if it is a scalar without quotes.
   */
  at(root: object, path: string): { position: string; source: string | undefined } {
    let offset = this.#roots.get(root) ?? 0;
    let node: unknown = root;
    let rest = path;
    let place: Place | undefined;
    while (rest !== '') {
      const step = firstStep(node, rest);
      place = step && this.get(node as object, step.step);
      if (step === undefined || place === undefined) break;
      offset = place.key ?? place.value;
      node = (node as Record<Step, unknown>)[step.step];
      rest = step.rest;
    }
    return { position: this.lineAndColumn(offset), source: rest === '' ? place?.source : undefined };
  }

  /** For example "3:5": line and column, both from 1. */
  lineAndColumn(offset: number): string {
    let [low, high] = [0, this.#lines.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#lines[middle]! <= offset) low = middle;
      else high = middle;
    }
    return `${low + 1}:${offset - this.#lines[low]! + 1}`;
  }
}

/** The first step of a path below `node`, a key of which may itself contain dots. */
function firstStep(node: unknown, path: string): { step: Step; rest: string } | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const keys = Array.isArray(node) ? [...node.keys()].map((i) => `[${i}]`) : Object.keys(node);
  const here = keys.filter((key) => path.startsWith(key) && /^([.[]|$)/.test(path.slice(key.length)));
  const key = here.sort((a, b) => b.length - a.length)[0];
  if (key === undefined) return undefined;
  const step = Array.isArray(node) ? Number(key.slice(1, -1)) : key;
  return { step, rest: path.slice(key.length).replace(/^[.]/, '') };
}
