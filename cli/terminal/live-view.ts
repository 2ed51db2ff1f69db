import { formatMicroseconds, msToSeconds } from '../../api/common/duration.ts';
import { formatNumber, formatShare, formatCount as n } from '../../api/common/quantity.ts';
import { statusText } from '../../api/status/grpc-statuses.ts';
import type { Paint } from '../../render/common/paint.ts';
import { MIN_SPARKLINE, sparkline } from '../../render/common/sparkline.ts';
import { BETWEEN, columnsOf, fit, labelled } from './line-parts.ts';
import { requestRows } from './request-rows.ts';
import { thresholdLines } from './threshold-lines.ts';
import type { View } from './view.ts';

/** The room for the view, in characters. */
export type Room = { columns: number; rows: number };

/**
 * The live view as lines of at most `columns`: progress, rate, response times, requests, statuses, errors, thresholds, generator health, and a row
 * for each request. Parts that do not fit are left out from the right, and always whole, because half a number is a wrong number; broken
 * thresholds continue on further lines. Rows of requests that do not fit are counted.
 */
export function liveLines(view: View, { columns: width, rows }: Room, paint: Paint): string[] {
  const { counts, timesUs: times, scope, history, responses, generator } = view;
  const { generated, done, dropped, inFlight } = counts;
  const time = (name: string, us: number | undefined) => `${name} ${us === undefined ? '-' : formatMicroseconds(us)}`;
  const row = (label: string, parts: readonly string[]) => fit(labelled(label, width, paint), parts, width);
  const withChart = (line: string, values: readonly (number | undefined)[]) => {
    const room = width - columnsOf(line) - BETWEEN.length;
    return values.length < 2 || room < MIN_SPARKLINE
      ? line
      : `${line}${BETWEEN}${paint('dim', sparkline(values, room))}`;
  };
  const lines = [
    barLine(view, width, paint),
    withChart(
      row('rate', [rateText(view, paint), `${n(inFlight)} in flight`, paint('dim', scope)]),
      history.map((second) => second.perSecond),
    ),
    withChart(
      row('times', [time('p50', times.p50), time('p95', times.p95), time('p99', times.p99), paint('dim', scope)]),
      history.map((second) => second.p99Us),
    ),
    row('requests', [
      `${n(done)} done`,
      `of ${n(generated)}`,
      dropped === 0 ? '' : paint('red', `${n(dropped)} dropped`),
    ]),
    ...(responses.length === 0
      ? []
      : [
          row(
            'statuses',
            responses.map(({ code, count }) => `${statusText(Number(code))} ×${n(count)}`),
          ),
        ]),
    row('errors', errorParts(view, paint)),
    ...searchLines(view, row),
    ...thresholdLines(view, width, paint),
    row('generator', [
      generator.isLimit ? paint('yellow', 'is the limit') : 'keeps up',
      generator.pacingLagP99Us === undefined ? '' : `pacing lag ${time('p99', generator.pacingLagP99Us)}`,
      `CPU ${generator.cpu === undefined ? '-' : formatShare(generator.cpu)}`,
    ]),
  ];
  return [...lines, ...requestRows(view.requests, { columns: width, rows: rows - lines.length }, paint)];
}

/** The bracket of a search, and what it does now. */
function searchLines({ search }: View, row: (label: string, parts: readonly string[]) => string): string[] {
  if (search === undefined) return [];
  const { bracket, trial, left } = search;
  return [row('capacity', [bracket]), ...(trial === undefined ? [] : [row('trial', [trial, left ?? ''])])];
}

function barLine({ share, elapsedMs, totalMs, state }: View, width: number, paint: Paint): string {
  const of = totalMs === undefined ? '' : ` / ${clock(totalMs)}`;
  const after = ` ${`${Math.floor(share * 100)}%`.padStart(4)}  ${clock(elapsedMs)}${of}`;
  const note = state === undefined ? '' : `${BETWEEN}${state}`;
  const room = width - after.length - note.length;
  if (room < 5) return `${after.trimStart()}${note}`.slice(0, width);
  const filled = Math.round(share * room);
  return `${paint('green', '█'.repeat(filled))}${paint('dim', '░'.repeat(room - filled))}${after}${paint('yellow', note)}`;
}

/** The rate, yellow when the last second is far behind its target or has no response. */
function rateText(
  { rate: { unit, target, achieved }, counts, timesUs, scope, errorShare }: View,
  paint: Paint,
): string {
  const of = target === undefined ? '' : `, target ${formatNumber(target)}${unit}`;
  const text = `${formatNumber(achieved)}${unit}${of}`;
  if (scope !== 'last second' || errorShare === undefined) return text;
  const isDue = counts.inFlight > 0 || (target ?? 0) > 0;
  if (timesUs.p50 === undefined && isDue) return paint('yellow', `${text}, stalled`);
  return target !== undefined && achieved < target * MIN_OF_TARGET ? paint('yellow', text) : text;
}

/** Below this share of its target, a rate is a warning. */
const MIN_OF_TARGET = 0.5;

function errorParts({ errorShare, errors, counts }: View, paint: Paint): string[] {
  const bad = [...errors, { kind: 'unexpected', count: counts.unexpected }].filter(({ count }) => count > 0);
  if (errorShare === undefined || (bad.length === 0 && counts.dropped === 0)) return ['none'];
  return [paint('red', formatShare(errorShare)), ...bad.map(({ kind, count }) => `${kind} ${n(count)}`)];
}

/** 29_400 -> "0:29", 3_661_000 -> "1:01:01". */
export function clock(ms: number): string {
  const seconds = Math.floor(msToSeconds(ms));
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h === 0 ? `${m}:${two(s)}` : `${h}:${two(m)}:${two(s)}`;
}
