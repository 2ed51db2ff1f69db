import { embedded } from './embedded.ts';
import { Readings } from './readings.ts';
import { type Units, unitsOf } from './units.ts';
import { MIN_EMBEDDED, variantsOf } from './variants.ts';

/** How often a text may be escaped, and how many layers of base64 or other digits may be around it. */
const MAX_ESCAPES = 3;
const MAX_LAYERS = 2;
/** The characters at the end of a cut text that may be the beginning of an escape or of base64. */
const MAX_CUT_ESCAPE = 32;
/** A longer part of a text hides whatever begins within it. */
const MAX_OVERLAP = 256;

/** A part of a text, from its first character to the one after its last. */
type Part = { from: number; to: number };

/** Finds texts in other texts, in whatever form encoders have given them. */
export class HiddenTexts {
  /** In UTF-8, one character a byte, sorted: those with a common beginning are neighbours. */
  readonly #texts: readonly string[];
  /** Tables by the code of their first byte, and by those of the first two. */
  readonly #first1 = new Uint8Array(0x100);
  readonly #first2 = new Uint8Array(0x1_0000);

  constructor(texts: Iterable<string>) {
    this.#texts = [...new Set([...texts].flatMap(variantsOf))].filter((text) => text !== '').sort(byBytes);
    for (const text of this.#texts) {
      const first = text.charCodeAt(0);
      this.#first1[first] = 1;
      if (text.length > 1) this.#first2[(first << 8) | text.charCodeAt(1)] = 1;
      else this.#first2.fill(1, first << 8, (first + 1) << 8);
    }
  }

  /** Replaces all of them in a text. `isCut`: the text goes on, so that its end may be the beginning of one. */
  replacedIn(text: string, by: string, isCut: boolean): string {
    if (this.#texts.length === 0) return text;
    let shown = '';
    let end = 0;
    for (const part of merged(this.#partsOf(unitsOf(text), isCut ? text.length : Number.POSITIVE_INFINITY, 0))) {
      shown += text.slice(end, part.from) + by;
      end = part.to;
    }
    return shown + text.slice(end);
  }

  #partsOf(units: Units, cutAt: number, layer: number): Part[] {
    const readings = new Readings(units, MAX_ESCAPES - layer);
    const parts: Part[] = [];
    for (let at = 0; at < units.bytes.length; at++) {
      const part = this.#partAt(units, readings, at, cutAt, layer);
      if (part === undefined) continue;
      parts.push(part);
      if (part.to - part.from > MAX_OVERLAP) while (at + 1 < units.bytes.length && units.to(at + 1) <= part.to) at++;
    }
    if (layer === MAX_LAYERS) return parts;
    return [...parts, ...embedded(units, readings).flatMap((one) => this.#partsOf(one, cutAt, layer + 1))];
  }

  /** The longest part of the text that begins at a unit and is one of the hidden texts. */
  #partAt(units: Units, readings: Readings, at: number, cutAt: number, layer: number): Part | undefined {
    if (!this.#mayBegin(units, readings, at)) return undefined;
    let states: State[] = [{ low: 0, high: this.#texts.length, read: 0, end: at, isFound: false }];
    let found: number | undefined;
    const from = units.from(at);
    while (states.length > 0) {
      states = distinct(states.flatMap((state) => this.#next(state, readings, layer)));
      for (const { isFound, read, end } of states) {
        if (read > 0 && units.to(end - 1) >= cutAt - MAX_CUT_ESCAPE) return { from, to: cutAt };
        if (isFound) found = Math.max(found ?? 0, end);
      }
    }
    return found === undefined ? undefined : { from, to: units.to(found - 1) };
  }

  /** A cheap test that most units fail. */
  #mayBegin({ bytes }: Units, readings: Readings, at: number): boolean {
    const here = bytes[at]!;
    const isPlain = readings.isPlain(at);
    if (isPlain && this.#first1[here.charCodeAt(0)] !== 1) return false;
    if (!isPlain || here.length > 1 || at + 1 === bytes.length || !readings.isPlain(at + 1)) return true;
    return this.#first2[(here.charCodeAt(0) << 8) | bytes[at + 1]!.charCodeAt(0)] === 1;
  }

  #next(state: State, readings: Readings, layer: number): State[] {
    return readings.at(state.end).flatMap(({ bytes, end }) => {
      // A text does not begin with a folded line.
      return bytes === '' && state.read === 0 ? [] : (this.#after(state, bytes, end, layer) ?? []);
    });
  }

  /** The texts that continue with these bytes; undefined for none. */
  #after({ low, high, read, isFound }: State, bytes: string, end: number, layer: number): State | undefined {
    for (const byte of bytes) {
      low = this.#first(low, high, read, byte.charCodeAt(0));
      high = this.#first(low, high, read, byte.charCodeAt(0) + 1);
      if (low === high) return undefined;
      read++;
      isFound ||= this.#texts[low]!.length === read && (layer === 0 || read >= MIN_EMBEDDED);
    }
    return { low, high, read, end, isFound };
  }

  /** The first text from `low` whose byte number `index` is at least `code`. A text that has ended comes before all others. */
  #first(low: number, high: number, index: number, code: number): number {
    let [from, to] = [low, high];
    while (from < to) {
      const middle = (from + to) >> 1;
      const text = this.#texts[middle]!;
      if (index < text.length && text.charCodeAt(index) >= code) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

/** The hidden texts from `low` to before `high` agree with the first `read` bytes. `isFound`: one of them has been read to its end. */
type State = { low: number; high: number; read: number; end: number; isFound: boolean };

/** A text that can be read in several ways has a state for each place that they lead to. */
function distinct(states: readonly State[]): State[] {
  if (states.length < 2) return [...states];
  const known = new Map<string, State>();
  for (const state of states) {
    const key = `${state.read} ${state.low} ${state.end}`;
    if (known.get(key)?.isFound !== true) known.set(key, state);
  }
  return [...known.values()];
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Parts in order, where those that overlap are one. */
function merged(parts: readonly Part[]): Part[] {
  const all: Part[] = [];
  for (const part of parts.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && part.from < last.to) last.to = Math.max(last.to, part.to);
    else all.push({ ...part });
  }
  return all;
}
