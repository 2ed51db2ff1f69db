import { MAX_UNEXPECTED } from '../../api/common/sizes.ts';
import type { UnexpectedResponse } from '../../api/status/loadtest-status.ts';

type Examples = readonly UnexpectedResponse[];

/**
 * The examples with one more; at most ten, all different. When there is no room, a new kind of example replaces one of the most frequent
 * kind: a failing target may put an id into every response, and ten of these must not hide a different one.
 */
export function withExample(kept: Examples, example: UnexpectedResponse): Examples {
  const known = new Set(kept.map(wholeOf));
  if (known.has(wholeOf(example))) return kept;
  if (kept.length < MAX_UNEXPECTED) return [...kept, example];
  const replaced = replacedBy(example, kept, kindOf) ?? replacedBy(example, kept, groupOf);
  return replaced === undefined ? kept : [...kept.filter((_, i) => i !== replaced), example];
}

/** Whether no further example can be added. */
export function isSettled(kept: Examples): boolean {
  return kept.length === MAX_UNEXPECTED && new Set(kept.map(groupOf)).size === kept.length;
}

/** Makes texts equal that differ only in numbers, identifiers and times: replaces words that contain a digit. */
export function folded(text: string): string {
  return text.replace(/\b[\w-]*\d[\w.:-]*/g, '#');
}

/** The index of the newest example of the most frequent kind; undefined when every kind is there once, or `example` is of a known kind. */
function replacedBy(example: UnexpectedResponse, kept: Examples, kindOf: (example: UnexpectedResponse) => string) {
  const kinds = Map.groupBy(kept.keys(), (i) => kindOf(kept[i]!));
  if (kinds.has(kindOf(example))) return undefined;
  const [most = []] = [...kinds.values()].sort((a, b) => b.length - a.length);
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
