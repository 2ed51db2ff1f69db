import type { LocalRun } from '../../cli/local/local-run-options.ts';

/** Default options of a local run in tests: one runner with one core, without a live view and without interruption. */
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
