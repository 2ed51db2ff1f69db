import { impossibleLength } from '../measure/possible/impossible-numbers.ts';
import type { IntervalEnd, IntervalEnds } from './interval-end.ts';

/** The first thing in the intervals of a run that cannot be, as a path and a sentence; undefined when all of it can. */
export function impossibleEnds({ ends, last }: IntervalEnds): string | undefined {
  let before: IntervalEnd | undefined;
  for (const [i, end] of [...ends, last].entries()) {
    const problem = impossibleEnd(end, before);
    if (problem !== undefined) return `${i}.${problem}`;
    before = end;
  }
  return undefined;
}

/** Counts are cumulative. Times are means of those still running, which need not be. */
function impossibleEnd(end: IntervalEnd, before: IntervalEnd | undefined): string | undefined {
  for (const count of ['done', 'errors'] as const)
    if (end[count] > end.ended) return `${count}: ${end[count]} is more than ended ${end.ended}`;
  for (const count of ['ended', 'done', 'errors'] as const)
    if (before !== undefined && end[count] < before[count])
      return `${count}: ${end[count]} is less than ${before[count]} before it`;
  return impossibleLength(end);
}
