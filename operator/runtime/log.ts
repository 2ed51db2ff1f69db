import { shownJson } from '../../api/common/shown/text.ts';
import { isoTime } from '../../api/common/time.ts';

export type LogFields = Record<string, string | number | boolean | undefined>;

/** Writes one line of JSON per entry, without characters that a terminal would obey. */
export type Log = {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
};

/** A log that passes lines to `write`, each with the time and the fields `common`. */
export function jsonLog(write: (line: string) => void, now: () => number = Date.now, common: LogFields = {}): Log {
  const at = (level: string) => (message: string, fields?: LogFields) =>
    write(`${shownJson({ time: isoTime(now()), level, message, ...common, ...fields })}\n`);
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
