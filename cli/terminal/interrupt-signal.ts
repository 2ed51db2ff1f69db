import { EXIT } from '../output/exit-codes.ts';
import type { Display } from './display.ts';

/** Signals closer together count as one: a terminal sends Ctrl-C to every process, and npm and our launcher forward theirs as well. */
const ONE_SIGNAL_MS = 500;

/**
 * Listens for SIGINT, SIGTERM and SIGHUP, which a closing terminal sends. The first one aborts the returned signal, whose reason is the exit code, so that the load ends in order.
 * The second one exits at once.
 */
export function interruptSignal(display: Display): AbortSignal {
  const controller = new AbortController();
  let firstMs = 0;
  const on = (exitCode: number) => () => {
    if (!controller.signal.aborted) {
      firstMs = Date.now();
      display.note('ending the load; a second signal exits at once');
      controller.abort(exitCode);
    } else if (Date.now() - firstMs > ONE_SIGNAL_MS) {
      display.end();
      process.exit(exitCode);
    }
  };
  process.on('SIGINT', on(EXIT.interrupted));
  process.on('SIGTERM', on(EXIT.terminated));
  process.on('SIGHUP', on(EXIT.hungUp));
  return controller.signal;
}
