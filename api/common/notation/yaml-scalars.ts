import { digitsOfSingle } from './single-precision.ts';

/** What a scalar stands for. An integer that a double would round is a bigint. */
export type Scalar = string | number | bigint | boolean | null;

/** The type that a scalar has by itself: the name of its YAML tag. */
type Kind = 'str' | 'int' | 'float' | 'bool' | 'null';
type Typed = { kind: Kind; value: Scalar };

/** A typed value; or why the API server cannot get the scalar as it is written. */
export type Resolved = Typed | { problem: string };

const WORDS: readonly [Typed, words: readonly string[]][] = [
  [{ kind: 'bool', value: true }, ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']],
  [{ kind: 'bool', value: false }, ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']],
  [{ kind: 'null', value: null }, ['', '~', 'null', 'Null', 'NULL']],
  [{ kind: 'float', value: Number.NaN }, ['.nan', '.NaN', '.NAN']],
  [{ kind: 'float', value: Number.POSITIVE_INFINITY }, ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']],
  [{ kind: 'float', value: Number.NEGATIVE_INFINITY }, ['-.inf', '-.Inf', '-.INF']],
];
const TYPED = new Map(WORDS.flatMap(([typed, words]) => words.map((word): [string, Typed] => [word, typed])));

const INTEGER = /^([-+]?)(?:(0[xX][0-9a-fA-F]+|0[bB][01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const INT64_END = 2n ** 63n;

const PREFIX = 'tag:yaml.org,2002:';
/** The tags that ask for a type; with any other, a scalar is text. */
const TYPES = ['bool', 'int', 'float', 'null', 'timestamp'];

/**
 * The value of a scalar as kubectl reads it: by YAML 1.1, without times and numbers of base 60 (go.yaml.in/yaml/v2, resolve.go). `text` is
 * its content, `tag` the tag that it is written with, `plain` whether it has neither quotes nor the form of a block.
 */
export function resolveScalar(text: string, tag: string | undefined, plain: boolean): Resolved {
  const name = tag?.startsWith(PREFIX) ? tag.slice(PREFIX.length) : tag;
  if (name === 'binary') return decoded(text);
  if (name === undefined ? !plain : !TYPES.includes(name)) return { kind: 'str', value: text };
  const typed = typeOf(text);
  if (name === undefined || typed.kind === name) return exact(text, typed);
  if (name === 'float' && typed.kind === 'int') return { kind: 'float', value: Number(typed.value) };
  if (name === 'timestamp' && /^[0-9]{4}-[0-9]/.test(text)) return { kind: 'str', value: text };
  return { problem: `"${text}" is no !!${name}` };
}

/** The key of a map that a scalar becomes in JSON. */
export function keyOf({ kind, value }: Typed): string | { problem: string } {
  if (kind === 'null') return { problem: 'a key has no name' };
  return kind === 'float' ? shortFloat(Number(value)) : String(value);
}

function typeOf(text: string): Typed {
  const word = TYPED.get(text);
  if (word !== undefined) return word;
  const number = text.startsWith('.') ? text : /^[-+0-9]/.test(text) ? text.replaceAll('_', '') : '';
  return integerOf(number) ?? floatOf(number) ?? { kind: 'str', value: text };
}

/** An integer of 64 bits, unsigned unless it has a sign. */
function integerOf(text: string): Typed | undefined {
  const [, sign, based, octal, decimal] = INTEGER.exec(text) ?? [];
  const digits = based ?? (octal === undefined ? decimal : `0o${octal}`);
  if (digits === undefined) return undefined;
  const size = BigInt(digits);
  const end = sign === '' ? 2n * INT64_END : sign === '+' ? INT64_END : INT64_END + 1n;
  if (size >= end) return undefined;
  const value = sign === '-' ? -size : size;
  return { kind: 'int', value: Number.isSafeInteger(Number(value)) ? Number(value) : value };
}

function floatOf(text: string): Typed | undefined {
  const value = FLOAT.test(text) ? Number(text) : Number.NaN;
  // Go fails beyond the largest double, so that the scalar stays text. Minus zero is zero to the API server.
  return Number.isFinite(value) ? { kind: 'float', value: value + 0 } : undefined;
}

/** `typed`, if JSON and the API server keep its value. */
function exact(text: string, typed: Typed): Resolved {
  const { kind, value } = typed;
  if (kind === 'float' && !Number.isFinite(value)) return { problem: `${text} is not a number in JSON` };
  const rounded =
    typeof value === 'bigint'
      ? value >= INT64_END
      : kind === 'float' && /^[-+]?[0-9_]+$/.test(text) && !Number.isSafeInteger(value);
  return rounded
    ? { problem: `the API server rounds ${text}, which is beyond a signed integer of 64 bits: write it as text` }
    : typed;
}

/** A float of 32 bits in Go's shortest notation, in which kubectl writes it as a key. */
function shortFloat(double: number): string {
  const value = Math.fround(double);
  const [mantissa, exponent] = value.toExponential(digitsOfSingle(value) - 1).split('e') as [string, string];
  if (Number(exponent) >= -4 && Number(exponent) < 6) return String(Number(`${mantissa}e${exponent}`));
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

function decoded(text: string): Resolved {
  const base64 = text.replaceAll(/[\r\n]/g, '');
  return /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)
    ? { kind: 'str', value: Buffer.from(base64, 'base64').toString() }
    : { problem: 'a !!binary value is not base64' };
}
