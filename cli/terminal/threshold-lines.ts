import type { Paint } from '../../render/common/paint.ts';
import { shownOf } from '../../render/common/threshold.ts';
import { BETWEEN, columnsOf, fit, labelled } from './line-parts.ts';
import type { View } from './view.ts';

/** All thresholds that do not hold, on as many lines as they need, and as many others as fit after them. */
export function thresholdLines({ thresholds }: View, width: number, paint: Paint): string[] {
  if (thresholds.length === 0) return [];
  const sorted = thresholds.toSorted((a, b) => urgencyOf(b) - urgencyOf(a));
  const needed = sorted.filter((threshold) => urgencyOf(threshold) > 0);
  const lines: string[][] = [[]];
  const label = (i: number) => labelled(i === 0 ? 'thresholds' : '', width, paint);
  const fits = (parts: readonly string[]) => columnsOf(label(0) + parts.join(BETWEEN)) <= width;
  for (const text of needed.map(thresholdText(paint))) {
    const current = lines.at(-1)!;
    if (current.length === 0 || fits([...current, text])) current.push(text);
    else lines.push([text]);
  }
  const last = lines.at(-1)!;
  const rest = sorted.slice(needed.length);
  const shown = rest.map(thresholdText(paint)).findLastIndex((_, i, all) => {
    const left = rest.length - i - 1;
    return fits([...last, ...all.slice(0, i + 1), ...(left === 0 ? [] : [moreText(left)])]);
  });
  const left = rest.length - shown - 1;
  last.push(...rest.slice(0, shown + 1).map(thresholdText(paint)));
  if (left > 0 && (last.length === 0 || fits([...last, moreText(left)]))) last.push(paint('dim', moreText(left)));
  return lines.map((parts, i) => fit(label(i), parts, width));
}

function moreText(count: number): string {
  return `${count} more`;
}

function urgencyOf(threshold: View['thresholds'][number]): number {
  if (threshold.passed || !isMeasured(threshold)) return 0;
  return threshold.inconclusive === undefined ? 2 : 1;
}

/** A threshold that has nothing to measure yet is neither kept nor broken. */
function isMeasured({ observed }: View['thresholds'][number]): boolean {
  return observed !== undefined;
}

function thresholdText(paint: Paint) {
  return (threshold: View['thresholds'][number]) => {
    const { style, sign } = shownOf(threshold);
    const shown = isMeasured(threshold) ? paint(style, sign) : paint('dim', '·');
    return `${shown} ${threshold.name} ${threshold.observed ?? '-'}`;
  };
}
