import { basename } from 'node:path/posix';
import type { Redact } from '../response/redact.ts';
import type { Failure } from '../transport/error-kind.ts';

/** The failure of a request, or of an answer, at which a script threw an error. */
export function scriptFailure(error: unknown, redact: Redact): Failure {
  return { kind: 'ScriptError', example: redact(scriptMessage(error)).slice(0, 256) };
}

const SCHEME = 'configmap:';
const PLACE = new RegExp(`${SCHEME}([^\\s():]+):(\\d+)`);

/** The address under which a script is loaded, and which its stack traces name. */
export function scriptUrl({ name, key }: { name: string; key: string }): string {
  return `${SCHEME}${name}/${key}`;
}

/** What a script did that it must not do; there is no line of it to name. */
export class ScriptMisuse extends Error {}

/** An error of a script in one line, with the file and line where that can be told: "sign.js:12: TypeError: x is not a function". */
export function scriptMessage(error: unknown): string {
  if (error instanceof ScriptMisuse) return error.message;
  if (!(error instanceof Error)) return `threw ${textOf(error)} instead of an Error`;
  const [, file, line] = PLACE.exec(textOf(error.stack)) ?? [];
  const where = file === undefined ? '' : `${basename(file)}:${line}: `;
  const reason = error.cause instanceof Error ? ` (${textOf(error.cause.message)})` : ''; // fetch says why only there
  return `${where}${textOf(error.name)}: ${textOf(error.message)}${reason}`.slice(0, 1024);
}

/** A script may throw anything, also what does not turn into text. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}
