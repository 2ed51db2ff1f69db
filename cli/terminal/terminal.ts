import { coloured, type Paint, plain, wantsColour } from '../../render/common/paint.ts';
import { EXIT } from '../output/exit-codes.ts';
import { type Display, displayOn, type Screen } from './display.ts';

/** Prints problems to standard error; returns the exit code for them. */
export function refuse(problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`loadtest: ${problem}\n`);
  return problems.length === 0 ? EXIT.passed : EXIT.badInput;
}

/** Standard error as a screen. It is redrawn only at a person's terminal, not in a log. */
function screen({ plain: isPlain }: { plain: boolean }): Screen {
  const { stderr, env } = process;
  return {
    write: (text) => void stderr.write(text),
    isLive: stderr.isTTY === true && env.TERM !== 'dumb' && !isPlain && !isSet(env.CI),
    // A terminal of unknown size reports 0.
    size: () => ({ columns: stderr.columns || 80, rows: stderr.rows || 24 }),
    onResize: (listener) => void stderr.on('resize', listener),
    paint: paintFor(stderr),
  };
}

/** CI servers set CI=true; CI=false counts as unset. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false';
}

/** A display that restores the terminal however the process ends. */
export function displayOf(options: { plain: boolean }): Display {
  const display = displayOn(screen(options));
  process.on('exit', () => display.end());
  return display;
}

export function paintFor(stream: NodeJS.WriteStream): Paint {
  return wantsColour(stream, process.env) ? coloured : plain;
}
