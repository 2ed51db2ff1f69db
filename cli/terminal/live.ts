import { stripVTControlCharacters } from 'node:util';
import { formatNumber, formatCount as n } from '../../api/common/quantity.ts';
import type { Counts } from '../../api/status/counters.ts';
import type { Paint } from '../../render/common/paint.ts';

/** What the live view shows of a run, here or in a cluster. Times of answers are texts, such as "8.5ms". */
export type View = {
  /** How much of the load is over, 0 to 1. */
  share: number;
  elapsedMs: number;
  /** How long the load takes, where that is known. */
  totalMs?: number;
  /** What it does besides running, such as "Finishing". */
  state?: string;
  rate: { asked?: number; reached: number };
  counts: Counts & { inFlight: number };
  times: { p50?: string; p95?: string; p99?: string };
  /** What the rate and the times are of: the last second, or all of the load so far. */
  scope: 'last second' | 'so far';
  errorShare: string;
  errors: readonly { kind: string; count: number }[];
  thresholds: readonly { name: string; observed?: string; passed: boolean }[];
  generator: { isLimit: boolean; lag?: string; cpu: string };
};

const LABEL = 11;
const SHORT_LABEL = 2;
/** Below this width, labels cost more than they tell. */
const NARROW = 40;
const MAX_BAR = 60;
const BETWEEN = '  ';

/**
 * The live view as lines of at most `width` columns: how far, how fast, what came of it, how long it took, what went wrong, and whether
 * the generator keeps up. What has no room is left out from the right, a part as a whole: half a number is a wrong one.
 */
export function liveLines(view: View, width: number, paint: Paint): string[] {
  const { counts, times, scope, thresholds, generator } = view;
  const { generated, done, dropped, inFlight } = counts;
  const time = (name: string, value: string | undefined) => `${name} ${value ?? '-'}`;
  const row = (label: string, parts: readonly string[]) => fit(labelled(label, width, paint), parts, width);
  return [
    barLine(view, width, paint),
    row('rate', [rateText(view), `${n(inFlight)} in flight`, paint('dim', scope)]),
    row('times', [time('p50', times.p50), time('p95', times.p95), time('p99', times.p99), paint('dim', scope)]),
    row('requests', [
      `${n(done)} done`,
      `of ${n(generated)}`,
      dropped === 0 ? '' : paint('red', `${n(dropped)} dropped`),
    ]),
    row('errors', errorParts(view, paint)),
    ...(thresholds.length === 0 ? [] : [row('thresholds', brokenFirst(thresholds).map(thresholdText(paint)))]),
    row('generator', [
      generator.isLimit ? paint('yellow', 'is the limit') : 'keeps up',
      generator.lag === undefined ? '' : `pacing lag p99 ${generator.lag}`,
      `CPU ${generator.cpu}`,
    ]),
  ];
}

function labelled(label: string, width: number, paint: Paint): string {
  return width < NARROW ? ' '.repeat(SHORT_LABEL) : paint('dim', label.padEnd(LABEL));
}

/** "[label][part]  [part]" with as many parts as fit; empty ones are passed over. The first is cut when even that does not fit. */
function fit(label: string, parts: readonly string[], width: number): string {
  const [first = '', ...others] = parts.filter(Boolean);
  let line = label + first;
  if (columnsOf(line) > width) return stripVTControlCharacters(line).slice(0, width);
  for (const part of others) {
    if (columnsOf(line) + BETWEEN.length + columnsOf(part) > width) break;
    line += BETWEEN + part;
  }
  return line;
}

/** How many columns a text takes; all that is shown is one column a character. */
export function columnsOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

function barLine({ share, elapsedMs, totalMs, state }: View, width: number, paint: Paint): string {
  const of = totalMs === undefined ? '' : ` / ${clock(totalMs)}`;
  const after = ` ${`${Math.floor(share * 100)}%`.padStart(4)}  ${clock(elapsedMs)}${of}`;
  const note = state === undefined ? '' : `${BETWEEN}${state}`;
  const room = width - after.length - note.length;
  if (room < 5) return `${after.trimStart()}${note}`.slice(0, width);
  const bar = Math.min(MAX_BAR, room);
  const filled = Math.round(share * bar);
  return `${paint('green', '█'.repeat(filled))}${paint('dim', '░'.repeat(bar - filled))}${after}${paint('yellow', note)}`;
}

function rateText({ rate: { asked, reached } }: View): string {
  const text = `${formatNumber(reached)}/s`;
  return asked === undefined ? text : `${text} of ${formatNumber(asked)}/s asked`;
}

function errorParts({ errorShare, errors, counts }: View, paint: Paint): string[] {
  const bad = [...errors, { kind: 'unexpected', count: counts.unexpected }].filter(({ count }) => count > 0);
  if (bad.length === 0 && counts.dropped === 0) return ['none'];
  return [paint('red', errorShare), ...bad.map(({ kind, count }) => `${kind} ${n(count)}`)];
}

/** What is broken shows however narrow the terminal is. */
function brokenFirst(thresholds: View['thresholds']): View['thresholds'] {
  return thresholds.toSorted((a, b) => Number(a.passed) - Number(b.passed));
}

function thresholdText(paint: Paint) {
  return ({ name, observed, passed }: View['thresholds'][number]) =>
    `${passed ? paint('green', '✓') : paint('red', '✗')} ${name} ${observed ?? '-'}`;
}

/** 29_400 -> "0:29", 3_661_000 -> "1:01:01". */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1e3);
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h === 0 ? `${m}:${two(s)}` : `${h}:${two(m)}:${two(s)}`;
}
