import type { LocalRun } from '../../cli/local/local-run-options.ts';

/** How a test runs a LoadTest on this machine where it says nothing else: one runner with one core, which nobody watches or interrupts. */
export const quietRun = (): Omit<LocalRun, 'test'> => ({
  values: new Map(),
  runners: 1,
  cores: 1,
  now: Date.now,
  environment: { version: 'test' },
  onProgress: () => {},
  onRequestLogged: () => {},
  onWritten: () => {},
  interrupt: new AbortController().signal,
});
