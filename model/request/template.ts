import { hash32 } from '../common/random.ts';

/** The values of the variables in the templates of one request. */
export type Scope = {
  /** The arrival's number over the whole test. */
  index: number;
  runner: number;
  /** The LoadTest's name. */
  run: string;
  /** Epoch milliseconds. */
  now: number;
  /** Draws 32 random bits. The templates of a request draw in the order in which they are filled. */
  random: () => number;
  /** The arrival's row of `spec.data`, by the index of the column. */
  row: readonly string[];
  /** The values that earlier requests of the iteration extracted. */
  session: ReadonlyMap<string, string>;
};

/** A part of a template: literal text, a variable, or a variable with a form, which is not encoded further. */
export type Part = string | ((scope: Scope) => string) | { formed: (scope: Scope) => string };

/** The forms that a variable may have, as in `${data.url|raw}`: by name, the conversion of its value. */
export type Forms = Readonly<Record<string, (value: string) => string>>;

/** A constant text, or a function that makes the text of each request. */
export type Template = string | ((scope: Scope) => string);

/**
 * Parses a text that has passed the schema. `columns`: those of the data. `forms`: those that the field of the text allows. A value that
 * has not been extracted is empty text; an iteration ends at a request whose extraction fails.
 */
export function partsOf(text: string, columns: readonly string[], forms: Forms = {}): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(/([$]+)[{](?:([^}]*)[}])?/g)) {
    const dollars = match[1]!.length;
    const before = text.slice(at, match.index);
    if (dollars > 1) {
      parts.push(`${before}${'$'.repeat(dollars - 1)}{`);
      at = match.index + dollars + 1;
    } else {
      parts.push(before, expression(match[2] ?? '', columns, forms));
      at = match.index + match[0].length;
    }
  }
  parts.push(text.slice(at));
  return parts.filter((part) => part !== '');
}

function expression(text: string, columns: readonly string[], forms: Forms): Part {
  const [name = '', wanted] = text.split('|', 2);
  const value = variable(name, columns);
  if (wanted === undefined) return value;
  const form = forms[wanted];
  if (form === undefined) throw new Error(`bug: the schema let the form ${wanted} through`);
  return { formed: (scope) => form(value(scope)) };
}

function variable(name: string, columns: readonly string[]): (scope: Scope) => string {
  const [, from, to] = /^random[(]([0-9]+), ?([0-9]+)[)]$/.exec(name) ?? [];
  if (from !== undefined) return between(Number(from), Number(to));
  if (name.startsWith('data.')) {
    const column = columns.indexOf(name.slice('data.'.length));
    return ({ row }) => row[column] ?? '';
  }
  if (name.startsWith('session.')) {
    const key = name.slice('session.'.length);
    return ({ session }) => session.get(key) ?? '';
  }
  const fill = VARIABLES[name];
  if (fill === undefined) throw new Error(`bug: the schema let the variable ${name} through`);
  return fill;
}

const VARIABLES: Record<string, (scope: Scope) => string> = {
  index: ({ index }) => String(index),
  runner: ({ runner }) => String(runner),
  run: ({ run }) => run,
  now: ({ now }) => String(now),
  uuid: uuidOf,
};

/** A random whole number between two bounds, both included. */
function between(a: number, b: number): (scope: Scope) => string {
  const low = Math.min(a, b);
  const count = Math.abs(a - b) + 1;
  return ({ random }) => String(low + Math.floor((random() / 2 ** 32) * count));
}

/**
 * A version 4 UUID. The two words without version and variant bits are bijective functions of the arrival's number and of the request's
 * draw, so that no two arrivals below 2^32 have the same.
 */
function uuidOf({ index, random }: Scope): string {
  const key = random();
  const words = [hash32(index), hash32(key ^ 0x5bd1e995), hash32(key ^ index), key];
  words[1] = ((words[1]! & 0xffff0fff) | 0x4000) >>> 0;
  words[2] = ((words[2]! & 0x3fffffff) | 0x80000000) >>> 0;
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Joins parts to a template. `encode` applies to variables without a form, and not to literal text. */
export function templateOf(parts: readonly Part[], encode: (value: string) => string = (value) => value): Template {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  return (scope) => {
    let text = '';
    for (const part of parts) {
      if (typeof part === 'string') text += part;
      else text += typeof part === 'function' ? encode(part(scope)) : part.formed(scope);
    }
    return text;
  };
}

/** The text of a template for one request. */
export function fill(template: Template, scope: Scope): string {
  return typeof template === 'string' ? template : template(scope);
}

/** The random numbers of one request, 32 bits each: the same for the same seed, arrival and step, on every engine. */
export function drawsOf(seed: number, arrival: number, step: number): () => number {
  const high = Math.floor(arrival / 2 ** 32);
  const key = hash32(hash32(hash32((hash32(seed) ^ arrival) | 0) ^ high) + Math.imul(step, 0x9e3779b9));
  let state = key | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return hash32(state);
  };
}
