import { MAX_SHOWN_BYTES, MAX_UNEXPECTED } from '../../api/common/sizes.ts';
import type { UnexpectedResponse } from '../../api/status/fields/unexpected.ts';

type Examples = readonly UnexpectedResponse[];

/**
 * The examples with one more; at most ten, all different. When there is no room, a new kind of example replaces one of the most frequent
 * kind: a failing target may put an id into every response, and ten of these must not hide a different one.
 */
export function withExample(kept: Examples, example: UnexpectedResponse): Examples {
  const known = new Set(kept.map(wholeOf));
  if (known.has(wholeOf(example))) return kept;
  if (kept.length < MAX_UNEXPECTED) return [...kept, example];
  const replaced = replacedBy(example, kept, isOfKind) ?? replacedBy(example, kept, isOfGroup);
  return replaced === undefined ? kept : [...kept.filter((_, i) => i !== replaced), example];
}

/** `examples` with the responses that all `lists` counted of their groups: one count a list and a group, as its examples share it. */
export function withCounts(examples: Examples, lists: readonly Examples[]): UnexpectedResponse[] {
  const sums = new Map<string, number>();
  for (const list of lists) {
    const counted = new Map(list.map((example) => [groupOf(example), example.count ?? 0]));
    for (const [group, count] of counted) sums.set(group, (sums.get(group) ?? 0) + count);
  }
  return examples.map(({ count: _, ...example }) => {
    const count = sums.get(groupOf(example)) ?? 0;
    return count === 0 ? example : { ...example, count };
  });
}

/**
 * One example of each kind, the most frequent group first. Kinds of one group differ in their bodies, which are not counted apart: only the first
 * of them has the count.
 */
export function oneOfEachKind(examples: Examples): UnexpectedResponse[] {
  const groups = [...Map.groupBy(examples, groupOf).values()];
  const byFrequency = groups.toSorted(([a], [b]) => (b?.count ?? 0) - (a?.count ?? 0));
  return byFrequency.flatMap((group) => {
    const kinds = partsOf(group, isOfKind).map(([first]) => first!);
    return kinds.map(({ count, ...example }, i) => (i === 0 && count !== undefined ? { ...example, count } : example));
  });
}

/** Whether no further example can be added. */
export function isSettled(kept: Examples): boolean {
  return kept.length === MAX_UNEXPECTED && new Set(kept.map(groupOf)).size === kept.length;
}

/** Makes texts equal that differ only in numbers, identifiers and times: replaces words that contain a digit. */
export function folded(text: string): string {
  return text.replace(/\b[\w-]*\d[\w.:-]*/g, '#');
}

type Alike = (one: UnexpectedResponse, other: UnexpectedResponse) => boolean;

/** The index of the newest example of the most frequent kind; undefined when every kind is there once, or `example` is of a known kind. */
function replacedBy(example: UnexpectedResponse, kept: Examples, isAlike: Alike): number | undefined {
  const kinds = partsOf(kept, isAlike);
  if (kinds.some(([first]) => isAlike(first!, example))) return undefined;
  const [most = []] = kinds.toSorted((a, b) => b.length - a.length);
  return most.length > 1 ? kept.indexOf(most.at(-1)!) : undefined;
}

/** The examples in parts of which each is like its first one. */
function partsOf(examples: Examples, isAlike: Alike): UnexpectedResponse[][] {
  const parts: UnexpectedResponse[][] = [];
  for (const example of examples) {
    const part = parts.find(([first]) => isAlike(first!, example));
    if (part === undefined) parts.push([example]);
    else part.push(example);
  }
  return parts;
}

function wholeOf({ request, status, body, reason }: UnexpectedResponse): string {
  return JSON.stringify([request, status, reason, body]);
}

function isOfGroup(one: UnexpectedResponse, other: UnexpectedResponse): boolean {
  return groupOf(one) === groupOf(other);
}

/** Whether two examples of one group differ only in numbers and identifiers of their bodies. */
function isOfKind(one: UnexpectedResponse, other: UnexpectedResponse): boolean {
  if (!isOfGroup(one, other)) return false;
  const [a, b] = [folded(one.body), folded(other.body)];
  return a === b || (isTruncated(one) && isTruncated(other) && haveSameBeginning(a, b));
}

/** A truncation never ends within a character, of at most four bytes. */
function isTruncated({ body }: UnexpectedResponse): boolean {
  return Buffer.byteLength(body) > MAX_SHOWN_BYTES - 4;
}

/** The longer its numbers are, the earlier a truncated body ends, and perhaps within a word. */
function haveSameBeginning(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long.startsWith(short.replace(/[\w-]*#?$/, ''));
}

function groupOf({ request, status, reason = '' }: UnexpectedResponse): string {
  return JSON.stringify([request, status, folded(reason)]);
}
