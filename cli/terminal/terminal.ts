import { shownText } from '../../api/common/shown/text.ts';
import { coloured, type Paint, plain, wantsColour } from '../../render/common/paint.ts';
import type { TextForm } from '../../render/text/report.ts';
import type { Progress } from '../arguments/command.ts';
import { EXIT } from '../output/exit-codes.ts';
import { type Display, displayOn, quietDisplay, type Screen } from './display.ts';

/** The width of a screen that does not tell its own, and of text in a file. */
const COLUMNS = 80;

/** Prints problems to standard error, each once; returns the exit code for them. */
export function refuse(problems: readonly string[]): number {
  for (const problem of new Set(problems)) process.stderr.write(shownText(`loadtest: ${problem}\n`));
  return problems.length === 0 ? EXIT.passed : EXIT.badInput;
}

/** Standard error as a screen. It is redrawn only at a person's terminal, not in a log. */
function screen(progress: Progress): Screen {
  const { stderr, env } = process;
  return {
    write: (text) => void stderr.write(text),
    isLive: stderr.isTTY === true && env.TERM !== 'dumb' && progress === 'live' && !isSet(env.CI),
    // A terminal of unknown size reports 0.
    size: () => ({ columns: stderr.columns || COLUMNS, rows: stderr.rows || 24 }),
    onResize: (listener) => void stderr.on('resize', listener),
    paint: paintFor(stderr),
  };
}

/** CI servers set CI=true; CI=false counts as unset. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false';
}

/** A display that restores the terminal however the process ends. */
export function displayOf(progress: Progress): Display {
  const display = progress === 'none' ? quietDisplay(screen(progress)) : displayOn(screen(progress));
  process.on('exit', () => display.end());
  return display;
}

export function paintFor(stream: NodeJS.WriteStream): Paint {
  return wantsColour(stream, process.env) ? coloured : plain;
}

/** The form of a text report on a stream: its colours and its width. */
export function formFor(stream: NodeJS.WriteStream): TextForm {
  return {
    paint: paintFor(stream),
    width: Math.max(COLUMNS, stream.columns || COLUMNS),
    isTerminal: stream.isTTY === true,
  };
}
