import { hash32 } from '../common/random.ts';

/** What the templates of one request are filled with. */
export type Scope = {
  /** The arrival's number over the whole test. */
  index: number;
  runner: number;
  /** The LoadTest's name. */
  run: string;
  /** Epoch milliseconds. */
  now: number;
  /** The next 32 random bits of this request; it draws them in the order in which its templates stand. */
  random: () => number;
  /** The row of data that is the arrival's, by column. */
  row: readonly string[];
  /** What the arrival's earlier requests extracted. */
  session: ReadonlyMap<string, string>;
};

/** A piece of a template: text as it stands, what yields its value, or what yields it in a form of its own. */
export type Part = string | ((scope: Scope) => string) | { formed: (scope: Scope) => string };

/** The forms that a variable may be wanted in, as in `${data.url|raw}`, by name: what they make of its value. */
export type Forms = Readonly<Record<string, (value: string) => string>>;

/** A text that is the same for every request, or one that is made for each. */
export type Template = string | ((scope: Scope) => string);

/**
 * The pieces of a text that has passed the schema. `columns` are the data's. A variable that a journey has not extracted is empty:
 * a journey does not get past a request that extracts nothing. `forms` are those of the place where the text stands.
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

/** A whole number from the smaller to the greater bound, both included. */
function between(a: number, b: number): (scope: Scope) => string {
  const low = Math.min(a, b);
  const count = Math.abs(a - b) + 1;
  return ({ random }) => String(low + Math.floor((random() / 2 ** 32) * count));
}

/**
 * A version 4 UUID. The two words that a version and a variant leave whole are one-to-one with the arrival's number and with the
 * request's own draw, so that no two arrivals below 2^32 share one.
 */
function uuidOf({ index, random }: Scope): string {
  const key = random();
  const words = [hash32(index), hash32(key ^ 0x5bd1e995), hash32(key ^ index), key];
  words[1] = ((words[1]! & 0xffff0fff) | 0x4000) >>> 0;
  words[2] = ((words[2]! & 0x3fffffff) | 0x80000000) >>> 0;
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The pieces as one text; values pass `encode`, and not the text as it stands, nor what has a form of its own. */
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

/** What a template says for one request. */
export function fill(template: Template, scope: Scope): string {
  return typeof template === 'string' ? template : template(scope);
}

/** The draws of one request: 32 bits each, the same for the same seed, arrival and step whoever makes it. */
export function drawsOf(seed: number, arrival: number, step: number): () => number {
  const high = Math.floor(arrival / 2 ** 32);
  const key = hash32(hash32(hash32((hash32(seed) ^ arrival) | 0) ^ high) + Math.imul(step, 0x9e3779b9));
  let state = key | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return hash32(state);
  };
}
