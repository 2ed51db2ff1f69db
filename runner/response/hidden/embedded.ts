import type { Readings } from './readings.ts';
import type { Units } from './units.ts';

// Bytes in other digits: base64, hexadecimal and decimal numbers. Where they begin within a run is unknown, so that all offsets are read.

/** The units of a text that are found when its runs of digits are decoded; `readings` are its own. */
export function embedded(units: Units, readings: Readings): Units[] {
  if (typeof units.bytes === 'string' && !MAY_HAVE_DIGITS.test(units.bytes)) return [];
  const views = [units, ...unescaped(units, readings)];
  const inBase64 = distinct(views.flatMap((view) => runsOf(view, base64Role, MIN_BASE64))).flatMap(base64);
  const inHex = distinct(views.flatMap((view) => runsOf(view, hexRole, MIN_HEX))).flatMap(hex);
  return [...inBase64, ...inHex, ...views.flatMap(decimal)];
}

/** Most of what was decoded is garbage without any run. */
const MAY_HAVE_DIGITS = /[A-Za-z0-9+/_-]{6}|[0-9],/;

/** A text and its views without escapes have most runs in common. */
function distinct(runs: readonly Run[]): Run[] {
  return [...new Map(runs.map((run) => [`${run.from[0]} ${run.digits.join('')}`, run])).values()];
}

/**
 * The text with its escapes undone, as base64 and other digits may be escaped; none for a text without escapes. In the second one only those are
 * undone that such digits need, because a percent sign or a backslash may also stand before them by chance.
 */
function unescaped(units: Units, readings: Readings): Units[] {
  const all = undone(units, readings, () => true);
  return all.bytes.length === units.bytes.length ? [] : [all, undone(units, readings, (bytes) => NEEDED.has(bytes))];
}

const NEEDED = new Set(['+', '/', '=', '-', '_', '\n', '']);

function undone(units: Units, readings: Readings, isUndone: (bytes: string) => boolean): Units {
  const [bytes, from, to]: [string[], number[], number[]] = [[], [], []];
  for (let at = 0; at < readings.length; ) {
    const all = readings.at(at);
    const deepest = all.findLast((reading) => isUndone(reading.bytes)) ?? all[0]!;
    // A plus sign stays, because base64 has it.
    const plus = all.find((reading) => reading.bytes === '+' && reading.end === deepest.end);
    const reading = deepest.bytes === ' ' && plus !== undefined ? plus : deepest;
    bytes.push(reading.bytes);
    from.push(units.from(at));
    to.push(units.to(reading.end - 1));
    at = reading.end;
  }
  return { bytes, from: (unit) => from[unit]!, to: (unit) => to[unit]! };
}

/** Shorter runs hold fewer than four bytes. */
const MIN_BASE64 = 6;
const MIN_HEX = 8;
/** The digits of a byte. */
const MIN_AT_END = 2;

/** A run of digits: their values, and the part of the original text of each. */
type Run = { digits: string[]; from: number[]; to: number[] };

/** What a unit is to a run of digits. Folded lines and the separators of hexadecimal dumps interrupt none; padding belongs to the last digit. */
type Role = 'digit' | 'between' | 'padding';

function base64Role(char: string): Role | undefined {
  return BASE64[char];
}

function hexRole(char: string, next: string | undefined): Role | undefined {
  return char === '0' && (next === 'x' || next === 'X') ? 'between' : HEX[char];
}

const DECIMALS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const roles = (chars: string, role: Role) => Object.fromEntries([...chars].map((char) => [char, role]));
const BASE64: Record<string, Role> = {
  ...roles(`${DECIMALS}${LETTERS}${LETTERS.toUpperCase()}+/_-`, 'digit'),
  ...{ '': 'between', '\n': 'between', '\r': 'between', '=': 'padding' },
};
const HEX: Record<string, Role> = {
  ...roles(`${DECIMALS}abcdefABCDEF`, 'digit'),
  ...{ '': 'between', ...roles('-: ,\r\nxX', 'between') },
};

function runsOf(
  { bytes, from, to }: Units,
  roleOf: (char: string, next?: string) => Role | undefined,
  min: number,
): Run[] {
  const runs: Run[] = [];
  let run: Run = { digits: [], from: [], to: [] };
  const end = (least = min) => {
    if (run.digits.length >= least) runs.push(run);
    if (run.digits.length > 0) run = { digits: [], from: [], to: [] };
  };
  for (let i = 0; i < bytes.length; i++) {
    const role = roleOf(bytes[i]!, bytes[i + 1]);
    if (role === undefined) end();
    else if (role === 'padding' && run.to.length > 0) run.to[run.to.length - 1] = to(i);
    else if (role === 'digit') {
      run.digits.push(bytes[i]!);
      run.from.push(from(i));
      run.to.push(to(i));
    }
  }
  end(MIN_AT_END); // what follows may have been cut off
  return runs;
}

function base64({ digits, from, to }: Run): Units[] {
  const text = digits.join('');
  return [0, 1, 2, 3].map((skipped) => ({
    bytes: Buffer.from(text.slice(skipped), 'base64url').toString('latin1'),
    from: (byte) => from[skipped + Math.floor((byte * 8) / 6)]!,
    to: (byte) => to[Math.min(digits.length - 1, skipped + Math.floor((byte * 8 + 7) / 6))]!,
  }));
}

function hex({ digits, from, to }: Run): Units[] {
  const text = digits.join('');
  return [0, 1].map((skipped) => ({
    bytes: Buffer.from(text.slice(skipped), 'hex').toString('latin1'),
    from: (byte) => from[skipped + 2 * byte]!,
    to: (byte) => to[skipped + 2 * byte + 1]!,
  }));
}

/** At least four numbers of a byte with commas or spaces between them, as JSON has a Buffer; fewer at the end, which may have been cut off. */
const NUMBERS = /(?<![0-9])[0-9]{1,3}(?:(?:[,\s]+[0-9]{1,3}){3,}(?![0-9])|(?:[,\s]+[0-9]{0,3})*$)/g;

function decimal({ bytes, from, to }: Units): Units[] {
  // One character a unit, so that offsets are those of units.
  const text = typeof bytes === 'string' ? bytes : Array.from(bytes, (b) => (b.length === 1 ? b : '\0')).join('');
  return [...text.matchAll(NUMBERS)].map(({ 0: list, index }) => {
    const numbers = [...list.matchAll(/[0-9]+/g)];
    return {
      bytes: String.fromCharCode(...numbers.map(([n]) => Number(n) & 0xff)),
      from: (byte) => from(index + numbers[byte]!.index),
      to: (byte) => to(index + numbers[byte]!.index + numbers[byte]![0].length - 1),
    };
  });
}
