import { stripVTControlCharacters } from 'node:util';
import { formatMicroseconds, msToSeconds } from '../../api/common/duration.ts';
import { formatNumber, formatShare, formatCount as n } from '../../api/common/quantity.ts';
import type { Counts } from '../../api/status/counters.ts';
import type { Paint } from '../../render/common/paint.ts';
import { shownOf } from '../../render/common/threshold.ts';

/** The figures of the live view of a run, on this machine or in a cluster. */
export type View = {
  /** The part of the load that is over, 0 to 1. */
  share: number;
  elapsedMs: number;
  /** The length of the load, where it is known. */
  totalMs?: number;
  /** A state other than running, such as "Finishing". */
  state?: string;
  /** A second; `unit` stands behind the numbers. */
  rate: { unit: string; target?: number; achieved: number };
  counts: Counts & { inFlight: number };
  /** Percentiles of the response time; absent before the first response. */
  timesUs: { p50?: number; p95?: number; p99?: number };
  /** The time that the rate and the response times cover. */
  scope: 'last second' | 'so far';
  /** Of what has ended, 0 to 1; undefined when nothing has. */
  errorShare: number | undefined;
  errors: readonly { kind: string; count: number }[];
  thresholds: readonly { name: string; observed?: string; passed: boolean; inconclusive?: string }[];
  /** `cpu`: cores in use. */
  generator: { isLimit: boolean; pacingLagP99Us: number | undefined; cpu: number | undefined };
};

const LABEL = 11;
const SHORT_LABEL = 2;
/** Below this width, figures need the room of the labels. */
const NARROW = 40;
const MAX_BAR = 60;
const BETWEEN = '  ';

/**
 * The live view as lines of at most `width` columns: progress, rate, response times, requests, errors, thresholds and generator health.
 * Parts that do not fit are left out from the right, and always whole, because half a number is a wrong number.
 */
export function liveLines(view: View, width: number, paint: Paint): string[] {
  const { counts, timesUs: times, scope, thresholds, generator } = view;
  const { generated, done, dropped, inFlight } = counts;
  const time = (name: string, us: number | undefined) => `${name} ${us === undefined ? '-' : formatMicroseconds(us)}`;
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
      generator.pacingLagP99Us === undefined ? '' : `pacing lag ${time('p99', generator.pacingLagP99Us)}`,
      `CPU ${generator.cpu === undefined ? '-' : formatShare(generator.cpu)}`,
    ]),
  ];
}

function labelled(label: string, width: number, paint: Paint): string {
  return width < NARROW ? ' '.repeat(SHORT_LABEL) : paint('dim', label.padEnd(LABEL));
}

/** "[label][part]  [part]" with as many parts as fit, without empty parts. The first part is cut if it does not fit by itself. */
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

/** The columns that a text takes: one for each character, as the view has no wider ones. */
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

function rateText({ rate: { unit, target, achieved } }: View): string {
  const text = `${formatNumber(achieved)}${unit}`;
  return target === undefined ? text : `${text}, target ${formatNumber(target)}${unit}`;
}

function errorParts({ errorShare, errors, counts }: View, paint: Paint): string[] {
  const bad = [...errors, { kind: 'unexpected', count: counts.unexpected }].filter(({ count }) => count > 0);
  if (errorShare === undefined || (bad.length === 0 && counts.dropped === 0)) return ['none'];
  return [paint('red', formatShare(errorShare)), ...bad.map(({ kind, count }) => `${kind} ${n(count)}`)];
}

/** Broken thresholds come first and undecided ones next, so that they show in a narrow terminal too. */
function brokenFirst(thresholds: View['thresholds']): View['thresholds'] {
  return thresholds.toSorted((a, b) => urgencyOf(b) - urgencyOf(a));
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

/** 29_400 -> "0:29", 3_661_000 -> "1:01:01". */
export function clock(ms: number): string {
  const seconds = Math.floor(msToSeconds(ms));
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h === 0 ? `${m}:${two(s)}` : `${h}:${two(m)}:${two(s)}`;
}
