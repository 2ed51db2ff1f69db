import { related } from './related.ts';

/** The word of `words` that `typed` most likely stands for: the nearest one, if at most a third of its letters differ. */
export function closest(typed: string, words: readonly string[]): string | undefined {
  const near = words
    .map((word) => ({ word, distance: distanceBetween(typed.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(Math.max(word.length, typed.length) / 3)))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.word;
}

/** "; did you mean WORD?" for a name that is close, or else for those that are put together from the same words; nothing otherwise. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const near = closest(typed, names);
  return question(near === undefined ? related(typed, names) : [near]);
}

/** "; did you mean A or B?", and nothing for no name. */
export function question(names: readonly string[]): string {
  return names.length === 0 ? '' : `; did you mean ${names.join(' or ')}?`;
}

/** Levenshtein's distance, in which two neighbours that changed places are one step: the insertions, deletions and changes of letters. */
function distanceBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(changed, last[j]! + 1, row[j - 1]! + 1, swapped ? before[j - 2]! + 1 : Infinity));
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
