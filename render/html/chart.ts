import { escapeText } from '../common/escape.ts';
import { placed, placedAt } from './place.ts';

/** One line of a chart: a value for each x, or null. `colour` is the number of a colour of the page, --c1 to --c6. */
export type Series = {
  name: string;
  colour: number;
  values: readonly (number | null)[];
  /** Connects the values across nulls, where another series has its values at other x. */
  joined?: boolean;
};

/** A value that is drawn across the whole chart: an upper limit, or a mark on the x axis. */
export type Limit = { name: string; value: number };

export type Chart = {
  title: string;
  x: readonly number[];
  series: readonly Series[];
  formatX: (x: number) => string;
  formatY: (y: number) => string;
  /** A title for the x axis. */
  xLabel: string;
  limits?: readonly Limit[];
  /** Values of x, drawn from the bottom to the top. */
  marks?: readonly Limit[];
  /** Logarithmic where the values span more than two powers of ten; linear from 0 otherwise. */
  mayBeLogarithmic?: boolean;
};

/** `at` maps a value to 0..1 of the axis; `ticks` are the labelled values. */
type Scale = { at: (value: number) => number; ticks: number[] };

/**
 * A line chart as HTML and SVG without a script; empty without values. The SVG stretches to the available width. The labels are HTML text
 * beside it and keep their size on a phone. The page's script shows the values under the pointer.
 */
export function chart(c: Chart): string {
  const values = c.series.flatMap((s) => s.values.filter((v) => v !== null));
  if (c.x.length === 0 || values.length === 0) return '';
  const limits = (c.limits ?? []).filter(({ value }) => value <= MAX_LIMIT_RATIO * Math.max(...values));
  const y = scaleOf([...values, ...limits.map(({ value }) => value)], c.mayBeLogarithmic === true);
  const x = xScale(c.x);
  const grid = y.ticks.map((t) => `<line x1="0" x2="1000" y1="${flip(y.at(t))}" y2="${flip(y.at(t))}"/>`).join('');
  const lines = c.series.map((s) => `<path class="s${s.colour}" d="${path(s, c.x, x, y)}"/>`).join('');
  const limitLines = limits
    .map(({ value }) => `<line class="limit" x1="0" x2="1000" y1="${flip(y.at(value))}" y2="${flip(y.at(value))}"/>`)
    .join('');
  const marks = (c.marks ?? [])
    .map(({ value }) => `<line class="mark" x1="${across(x, value)}" x2="${across(x, value)}" y1="0" y2="1000"/>`)
    .join('');
  const yLabels = y.ticks
    .map((t) => `<span ${placedAt('y', y.at(t))}>${t === 0 ? '0' : escapeText(c.formatY(t))}</span>`)
    .join('');
  const xLabels = x.ticks.map((t) => `<span ${placedAt('x', x.at(t))}>${escapeText(c.formatX(t))}</span>`).join('');
  const shown = c.series.map((s) => s.values.map((v) => (v === null ? '–' : c.formatY(v))));
  // The legend keeps room for the values under the pointer, so that they move nothing when they appear.
  const room = shown.map((texts) => texts.reduce((most, text) => Math.max(most, text.length), 0) + 1);
  const legend = c.series
    .map((s, i) => `<li><i class="b${s.colour}"></i>${escapeText(s.name)} <b ${placed('w', room[i]!)}></b></li>`)
    .join('');
  const named = (kind: 'limit' | 'mark', list: readonly Limit[] = []) =>
    list.map(({ name }) => `<li><i class="${kind}"></i>${escapeText(name)}</li>`).join('');
  const limitNames = named('limit', limits) + named('mark', c.marks);
  const readable = {
    x: c.x.map((v) => Number(x.at(v).toFixed(4))),
    label: c.x.map(c.formatX),
    series: shown,
  };
  return `<figure class="chart"><figcaption>${escapeText(c.title)}</figcaption><span class="when"></span><ul class="legend">${legend}${limitNames}</ul>
<div class="frame"><div class="y">${yLabels}</div><div class="plot" data-points="${escapeText(JSON.stringify(readable))}"><svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label="${escapeText(c.title)}"><g class="grid">${grid}</g>${limitLines}${marks}${lines}</svg><div class="cursor"></div></div><div class="x">${xLabels}<em>${escapeText(c.xLabel)}</em></div></div></figure>`;
}

/** A limit above so many times the highest value is not drawn, because it would flatten the lines. */
const MAX_LIMIT_RATIO = 4;

function path({ values, joined }: Series, xs: readonly number[], x: Scale, y: Scale): string {
  let pen = 'M';
  return values
    .map((value, i) => {
      if (value === null) {
        if (joined !== true) pen = 'M';
        return '';
      }
      const point = `${pen}${across(x, xs[i]!)} ${flip(y.at(value))}`;
      // A point without neighbours is a dot: a line of no length with round ends.
      const alone = pen === 'M' && (i + 1 >= values.length || values[i + 1] === null);
      pen = 'L';
      return alone ? `${point}h.01` : point;
    })
    .join('');
}

function across(x: Scale, value: number): string {
  return (x.at(value) * 1000).toFixed(1);
}

function flip(share: number): string {
  return ((1 - share) * 1000).toFixed(1);
}

function scaleOf(values: readonly number[], mayBeLogarithmic: boolean): Scale {
  const max = values.reduce((a, b) => Math.max(a, b), 0);
  const least = values.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), Number.POSITIVE_INFINITY);
  if (mayBeLogarithmic && max / least > 100) return logarithmic(least, max);
  const step = niceStep(max / 4 || 1);
  const top = Math.max(step, Math.ceil(max / step - 1e-9) * step);
  return { at: (v) => v / top, ticks: range(Math.round(top / step) + 1).map((i) => i * step) };
}

function logarithmic(least: number, max: number): Scale {
  const from = Math.floor(Math.log10(least));
  const to = Math.max(from + 1, Math.ceil(Math.log10(max)));
  return {
    at: (v) => (Math.log10(Math.max(v, 10 ** from)) - from) / (to - from),
    ticks: range(to - from + 1).map((i) => 10 ** (from + i)),
  };
}

function xScale(xs: readonly number[]): Scale {
  const first = xs[0]!;
  const last = xs.at(-1)!;
  const span = last - first || 1;
  const step = niceStep(span / 6);
  const start = Math.ceil(first / step - 1e-9) * step;
  const ticks = range(Math.floor((last - start) / step + 1e-9) + 1).map((i) => start + i * step);
  return { at: (x) => (last === first ? 0.5 : (x - first) / span), ticks: last === first ? [first] : ticks };
}

/** The round number, 1, 2 or 5 times a power of ten, that is at least `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least * (1 - 1e-9))!;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
