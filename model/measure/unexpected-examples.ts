import { MAX_UNEXPECTED } from '../../api/common/sizes.ts';
import type { UnexpectedResponse } from '../../api/status/loadtest-status.ts';

type Examples = readonly UnexpectedResponse[];

/**
 * The examples with one more, at most ten different ones. When there is no more room, what says something new takes the place of what is
 * said often: a target that fails puts an id into every answer, and ten of those must not hide the one that is unlike them.
 */
export function withExample(kept: Examples, example: UnexpectedResponse): Examples {
  const known = new Set(kept.map(wholeOf));
  if (known.has(wholeOf(example))) return kept;
  if (kept.length < MAX_UNEXPECTED) return [...kept, example];
  const place = placeFor(kept, kindOf, example) ?? placeFor(kept, groupOf, example);
  return place === undefined ? kept : [...kept.filter((_, i) => i !== place), example];
}

/** Whether no other example can come in any more, whatever it is. */
export function isSettled(kept: Examples): boolean {
  return kept.length === MAX_UNEXPECTED && new Set(kept.map(groupOf)).size === kept.length;
}

/** Texts that differ in numbers, identifiers and times only are one: words with a digit in them say which, and not what. */
export function folded(text: string): string {
  return text.replace(/\b[\w-]*\d[\w.:-]*/g, '#');
}

/** The newest of those of which there are most; undefined when each is there once, or when the one that comes is no new one either. */
function placeFor(kept: Examples, of: (example: UnexpectedResponse) => string, comes: UnexpectedResponse) {
  const places = Map.groupBy(kept.keys(), (i) => of(kept[i]!));
  if (places.has(of(comes))) return undefined;
  const [most = []] = [...places.values()].sort((a, b) => b.length - a.length);
  return most.length > 1 ? most.at(-1) : undefined;
}

function wholeOf({ request, status, body, reason }: UnexpectedResponse): string {
  return JSON.stringify([request, status, reason, body]);
}

function kindOf({ request, status, body, reason = '' }: UnexpectedResponse): string {
  return JSON.stringify([request, status, folded(reason), folded(body)]);
}

function groupOf({ request, status, reason = '' }: UnexpectedResponse): string {
  return JSON.stringify([request, status, folded(reason)]);
}
