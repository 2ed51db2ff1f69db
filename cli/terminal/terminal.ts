import { coloured, type Paint, plain, wantsColour } from '../../render/common/paint.ts';
import { EXIT } from '../output/exit-codes.ts';
import { type Display, displayOn, type Screen } from './display.ts';

/** Tells what is wrong; the exit code for it. */
export function refuse(problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`loadtest: ${problem}\n`);
  return problems.length === 0 ? EXIT.passed : EXIT.badInput;
}

/** Signals closer together are one: a terminal sends its Ctrl-C to every process, and npm and our launcher pass theirs on besides. */
const ONE_SIGNAL_MS = 500;

/** The first signal ends the load in order, the second one ends the process at once, whatever it is doing. */
export function interruptSignal(display: Display): AbortSignal {
  const controller = new AbortController();
  let firstMs = 0;
  const on = (exitCode: number) => () => {
    if (!controller.signal.aborted) {
      firstMs = Date.now();
      display.note('ending the load; once more ends at once');
      controller.abort(exitCode);
    } else if (Date.now() - firstMs > ONE_SIGNAL_MS) {
      display.end();
      process.exit(exitCode);
    }
  };
  process.on('SIGINT', on(EXIT.interrupted));
  process.on('SIGTERM', on(EXIT.terminated));
  return controller.signal;
}

/** Standard error as a screen: drawn over only where a person sees it, and no log keeps it. */
function screen({ plain: isPlain }: { plain: boolean }): Screen {
  const { stderr, env } = process;
  return {
    write: (text) => void stderr.write(text),
    isLive: stderr.isTTY === true && env.TERM !== 'dumb' && !isPlain && !isSet(env.CI),
    // A terminal that does not know its size says 0.
    size: () => ({ columns: stderr.columns || 80, rows: stderr.rows || 24 }),
    onResize: (listener) => void stderr.on('resize', listener),
    paint: paintFor(stderr),
  };
}

/** CI servers set CI=true; somebody may set CI=false to be seen as none. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false';
}

/** A display that gives the terminal back however the process ends. */
export function displayOf(options: { plain: boolean }): Display {
  const display = displayOn(screen(options));
  process.on('exit', () => display.end());
  return display;
}

export function paintFor(stream: NodeJS.WriteStream): Paint {
  return wantsColour(stream, process.env) ? coloured : plain;
}
