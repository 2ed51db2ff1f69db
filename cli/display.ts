import { formatMicroseconds } from '../api/duration.ts';
import type { LoadTest } from '../api/loadtest.ts';
import { formatNumber, formatShare } from '../api/quantity.ts';
import type { Summary } from '../model/summary.ts';
import type { Paint } from '../report/paint.ts';
import { loadLine } from '../report/sections.ts';
import { progressLine, recentRate, shareDone } from './progress.ts';

/** Where progress is shown; standard error, or a list of chunks in a test. */
export type Screen = { write: (text: string) => void; isTTY: boolean; columns: number; paint: Paint };

/** Shows how a run goes. */
export interface Display {
  begin(test: LoadTest): void;
  progress(summary: Summary): void;
  note(line: string): void;
  end(): void;
}

/** A view that is redrawn in place at a terminal, one plain line a second anywhere else. */
export function displayOn(screen: Screen): Display {
  return screen.isTTY ? liveDisplay(screen) : lineDisplay(screen);
}

function heading(test: LoadTest): string[] {
  return [`${test.metadata.name}  ${test.spec.target.url}`, loadLine(test.spec)];
}

function lineDisplay({ write }: Screen): Display {
  let before: Summary | undefined;
  return {
    begin: (test) => {
      before = undefined;
      for (const line of heading(test)) write(`${line}\n`);
    },
    progress: (now) => {
      write(`${progressLine(before, now)}\n`);
      before = now;
    },
    note: (line) => write(`${line}\n`),
    end: () => {},
  };
}

const UP_AND_CLEAR = '\x1b[1A\x1b[2K';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

function liveDisplay({ write, columns, paint }: Screen): Display {
  let test: LoadTest | undefined;
  let before: Summary | undefined;
  let drawn = 0;
  const clear = () => {
    write(UP_AND_CLEAR.repeat(drawn));
    drawn = 0;
  };
  const draw = (lines: readonly string[]) => {
    clear();
    for (const line of lines) write(`${line.slice(0, columns - 1)}\n`);
    drawn = lines.length;
  };
  return {
    begin: (begun) => {
      test = begun;
      before = undefined;
      write(HIDE_CURSOR);
      const [title, load] = heading(begun);
      write(`${paint('bold', title!)}\n${load}\n`);
    },
    progress: (now) => {
      if (test === undefined) return;
      draw(liveLines(test, before, now, columns));
      before = now;
    },
    note: (line) => {
      clear();
      write(`${line}\n`);
    },
    end: () => {
      clear();
      write(SHOW_CURSOR);
    },
  };
}

const BAR_WIDTH = 40;

/** The live view's lines: how far, how fast, what came of it, how long it took, what went wrong. */
export function liveLines(test: LoadTest, before: Summary | undefined, now: Summary, columns: number): string[] {
  const { generated, made, done, timeout, failed, dropped, unexpected, inFlight } = now.counts;
  const share = shareDone(test.spec, now);
  const width = Math.max(10, Math.min(BAR_WIDTH, columns - 30));
  const filled = Math.round(share * width);
  const at = (p: number) => {
    const value = now.responseTime.valueAtPercentile(p);
    return value === undefined ? '-' : formatMicroseconds(value);
  };
  const n = (value: number) => value.toLocaleString('en');
  const seconds = (now.elapsedMs / 1e3).toFixed(0);
  return [
    `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${Math.floor(share * 100)}%  ${seconds} s`,
    `rate       ${formatNumber(recentRate(before, now))}/s   in flight ${n(inFlight)}`,
    `requests   generated ${n(generated)}  made ${n(made)}  done ${n(done)}  timeout ${n(timeout)}`,
    `response   p50 ${at(50)}  p90 ${at(90)}  p99 ${at(99)}  p99.9 ${at(99.9)}  max ${at(100)}`,
    `errors     ${formatShare(now.errorShare)}  failed ${n(failed)}  dropped ${n(dropped)}  unexpected ${n(unexpected)}`,
  ];
}
