import { stripVTControlCharacters } from 'node:util';
import type { Paint } from '../../render/common/paint.ts';

const LABEL = 11;
const SHORT_LABEL = 2;
/** Below this width, figures need the room of the labels. */
const NARROW = 40;
/** Between the parts of a line. */
export const BETWEEN = '  ';

export function labelled(label: string, width: number, paint: Paint): string {
  return width < NARROW ? ' '.repeat(SHORT_LABEL) : paint('dim', label.padEnd(LABEL));
}

/** "[label][part]  [part]" with as many parts as fit, without empty parts. The first part is cut if it does not fit by itself. */
export function fit(label: string, parts: readonly string[], width: number): string {
  const [first = '', ...others] = parts.filter(Boolean);
  let line = label + first;
  if (columnsOf(line) > width) return stripVTControlCharacters(line).slice(0, width);
  for (const part of others) {
    if (columnsOf(line) + BETWEEN.length + columnsOf(part) > width) break;
    line += BETWEEN + part;
  }
  return line;
}

/** The columns that a text takes: one for each character, as the view has no wider ones. */
export function columnsOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
