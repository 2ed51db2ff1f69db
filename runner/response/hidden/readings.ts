import { characterOf, entityOf, LONGEST_ENTITY } from './entities.ts';
import { type Units, utf8 } from './units.ts';

/** One way to read what begins at a unit: its bytes, which an end of line folded by an encoder has none of, and the unit after it. */
export type Reading = { bytes: string; end: number };

/** How an escape begins, however often it is escaped itself: a character, and what may be the next one. */
const ESCAPES: Record<string, RegExp> = {
  ...{ '\\': /[\s\S]/, '+': /[\s\S]/, '\r': /[\s\S]/, '%': /[0-9A-Fa-f%\\&=]/, '=': /[0-9A-Fa-f\r\n%\\&=]/ },
  ...{ '&': /[#A-Za-z%\\&=]/, "'": /['%\\&=]/, '"': /["%\\&=]/ },
};
/** A table by the code of a byte, because most units are looked at for nothing else. */
const BEGINS_ESCAPE = new Uint8Array(256);
for (const char of Object.keys(ESCAPES)) BEGINS_ESCAPE[char.charCodeAt(0)] = 1;

/**
 * Reads units as encoders write text: as it is, or with the escapes of URLs, quoted-printable, JSON, JavaScript, C, HTML, and the doubled quotes
 * of YAML and CSV, each of whose characters may be escaped again. A NUL behind a character is UTF-16's.
 */
export class Readings {
  readonly #units: Units;
  readonly #depth: number;
  readonly #known: (readonly Reading[])[][] = [];

  /** `depth`: how often a character may be escaped. */
  constructor(units: Units, depth: number) {
    this.#units = units;
    this.#depth = depth;
  }

  get length(): number {
    return this.#units.bytes.length;
  }

  /** All readings at a unit, the one that is not escaped first. */
  at(unit: number, depth: number = this.#depth): readonly Reading[] {
    const bytes = this.#units.bytes[unit];
    if (bytes === undefined) return [];
    if (this.isPlain(unit)) return [{ bytes, end: unit + 1 }];
    this.#known[depth] ??= [];
    const known = this.#known[depth];
    known[unit] ??= distinct(this.#read(unit, depth));
    return known[unit]!;
  }

  /** Whether a unit can be read in one way only. */
  isPlain(unit: number): boolean {
    const { bytes } = this.#units;
    const next = bytes[unit + 1] ?? '';
    if (next === '\0') return false;
    return BEGINS_ESCAPE[bytes[unit]!.charCodeAt(0)] !== 1 || !ESCAPES[bytes[unit]!]!.test(next);
  }

  #read(unit: number, depth: number): Reading[] {
    const bytes = this.#units.bytes[unit]!;
    if (depth === 0) return withLineEnds(this.#units, [{ bytes, end: unit + 1 }]);
    return this.#lineEnds(this.#chars(unit, depth), depth);
  }

  /** As {@link at}, with carriage return and line feed apart. */
  #chars(unit: number, depth: number): readonly Reading[] {
    const plainer = this.at(unit, depth - 1);
    return [...plainer, ...plainer.flatMap((first) => this.#escapes(first, depth - 1))];
  }

  /** A carriage return, escaped or not, with the line feed after it is one end of line. */
  #lineEnds(readings: readonly Reading[], depth: number): Reading[] {
    return readings.flatMap((reading) => {
      if (reading.bytes !== '\r') return [reading];
      const feeds = this.#chars(reading.end, depth).filter(({ bytes }) => bytes === '\n');
      return [reading, ...feeds, { ...reading, bytes: '\n' }];
    });
  }

  #escapes({ bytes, end }: Reading, depth: number): Reading[] {
    if (bytes === '+') return [{ bytes: ' ', end }];
    if (bytes === '%') return this.#digits(end, depth, 2, HEX).map(byteOf);
    if (bytes === '=') return [...this.#digits(end, depth, 2, HEX).map(byteOf), ...this.#softBreak(end, depth)];
    if (bytes === '\\') return this.at(end, depth).flatMap((next) => this.#backslash(next, depth));
    if (bytes === '&') return this.#entity(end, depth);
    if (bytes === "'" || bytes === '"') return this.at(end, depth).filter((next) => next.bytes === bytes);
    return [];
  }

  #softBreak(at: number, depth: number): Reading[] {
    return this.at(at, depth).flatMap(({ bytes, end }) => (bytes === '\n' ? [{ bytes: '', end }] : []));
  }

  #backslash({ bytes, end }: Reading, depth: number): Reading[] {
    const control = CONTROLS[bytes];
    if (control !== undefined) return [{ bytes: control, end }];
    if (bytes === 'x') return this.#digits(end, depth, 2, HEX).flatMap((code) => [byteOf(code), charOf(code)]);
    if (bytes === 'U') return this.#digits(end, depth, 8, HEX).map(charOf);
    if (bytes === 'u') return [...this.#utf16(end, depth), ...this.#braced(end, depth)];
    if (bytes >= '0' && bytes <= '7' && bytes.length === 1) return this.#octal(bytes, end, depth);
    return /^[A-Za-z89]$/.test(bytes) ? [] : [{ bytes, end }];
  }

  /** \123, \12, \1 and \0. */
  #octal(first: string, end: number, depth: number): Reading[] {
    const short = { text: first, end };
    const long = [1, 2].flatMap((more) => this.#digits(end, depth, more, OCTAL));
    return [short, ...long].map((digits) => {
      const text = digits === short ? first : first + digits.text;
      return byteOf({ text: Number.parseInt(text, 8).toString(16), end: digits.end });
    });
  }

  /** \u00e9, or two for a character beyond the basic plane. */
  #utf16(at: number, depth: number): Reading[] {
    return this.#digits(at, depth, 4, HEX).flatMap((code) => {
      if (!/^d[89ab]/i.test(code.text)) return [charOf(code)];
      const next = this.#text(code.end, depth, '\\u').flatMap((end) => this.#digits(end, depth, 4, HEX));
      return next.map((low) => ({
        bytes: utf8(String.fromCharCode(Number.parseInt(code.text, 16), Number.parseInt(low.text, 16))),
        end: low.end,
      }));
    });
  }

  /** \u{e9}. */
  #braced(at: number, depth: number): Reading[] {
    return this.#text(at, depth, '{').flatMap((from) =>
      [1, 2, 3, 4, 5, 6].flatMap((count) =>
        this.#digits(from, depth, count, HEX).flatMap(({ text, end }) =>
          this.#text(end, depth, '}').map((last) => charOf({ text, end: last })),
        ),
      ),
    );
  }

  /** &#233; &#xe9; &amp; */
  #entity(at: number, depth: number): Reading[] {
    let name = '';
    for (let end = at; name.length < LONGEST_ENTITY; ) {
      // A name has no character that can be read in two ways, apart from an escaped "#" or ";".
      const next = this.at(end, depth).findLast(({ bytes }) => /^[#;A-Za-z0-9]$/.test(bytes));
      if (next === undefined) return [];
      end = next.end;
      if (next.bytes === ';') return entityOf(name).map((bytes) => ({ bytes, end }));
      name += next.bytes;
    }
    return [];
  }

  /** The units behind a text that is read at a unit. */
  #text(at: number, depth: number, text: string): number[] {
    return [...text].reduce<number[]>(
      (ends, char) =>
        ends.flatMap((end) => this.at(end, depth).flatMap((next) => (next.bytes === char ? [next.end] : []))),
      [at],
    );
  }

  /** So many digits at a unit. */
  #digits(at: number, depth: number, count: number, allowed: RegExp): Digits[] {
    let found: Digits[] = [{ text: '', end: at }];
    for (let i = 0; i < count; i++)
      found = found.flatMap(({ text, end }) =>
        this.at(end, depth).flatMap((next) =>
          allowed.test(next.bytes) ? [{ text: text + next.bytes, end: next.end }] : [],
        ),
      );
    return found;
  }
}

type Digits = { text: string; end: number };
const HEX = /^[0-9A-Fa-f]$/;
const OCTAL = /^[0-7]$/;
const CONTROLS: Record<string, string> = {
  ...{ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', a: '\x07', e: '\x1b' },
};

/** A line end as it is: CR LF and CR are read as LF, too. And a character with the NUL after it. */
function withLineEnds({ bytes }: Units, [first]: [Reading]): Reading[] {
  const skipsNul = (reading: Reading) => (bytes[reading.end] === '\0' ? { ...reading, end: reading.end + 1 } : reading);
  const all = [first, skipsNul(first)];
  if (first.bytes !== '\r') return all;
  const { end } = skipsNul(first);
  const feed = bytes[end] === '\n' ? [skipsNul({ bytes: '\n', end: end + 1 })] : [];
  return [...all, ...feed, { bytes: '\n', end: first.end }];
}

function distinct(readings: readonly Reading[]): Reading[] {
  return readings.filter((a, i) => readings.findIndex((b) => a.bytes === b.bytes && a.end === b.end) === i);
}

/** The byte with this number in hexadecimal digits. */
function byteOf({ text, end }: Digits): Reading {
  return { bytes: String.fromCharCode(Number.parseInt(text, 16) & 0xff), end };
}

/** The character with this number in hexadecimal digits. */
function charOf({ text, end }: Digits): Reading {
  return { bytes: characterOf(Number.parseInt(text, 16)), end };
}
