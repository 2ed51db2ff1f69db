import { basename } from 'node:path/posix';
/** The most characters of {@link scriptMessage}. */
export const MAX_MESSAGE = 1024;
const SCHEME = 'configmap:';
const LOCATION = new RegExp(`${SCHEME}([^\\s():]+):(\\d+)`);

/** The URL of a script's module, which its stack traces contain. */
export function scriptUrl({ name, key }: { name: string; key: string }): string {
  return `${SCHEME}${name}/${key}`;
}

/** A violation of the rules for scripts; the message names the export or field, as there is no line to name. */
export class ScriptMisuse extends Error {}

/** An error of a script in one line, with file and line if its stack trace has them: "sign.js:12: TypeError: x is not a function". */
export function scriptMessage(error: unknown): string {
  if (error instanceof ScriptMisuse) return error.message;
  if (!(error instanceof Error)) return `threw ${textOf(error)} instead of an Error`;
  const [, file, line] = LOCATION.exec(textOf(error.stack)) ?? [];
  const location = file === undefined ? '' : `${basename(file)}:${line}: `;
  const cause = error.cause instanceof Error ? ` (${textOf(error.cause.message)})` : ''; // only there does fetch give the reason
  return `${location}${textOf(error.name)}: ${textOf(error.message)}${cause}`.slice(0, MAX_MESSAGE);
}

/** Scripts may throw anything, including values that cannot be converted to text. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}
