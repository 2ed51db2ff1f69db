import type { Redact } from '../response/redact.ts';
import type { Failure } from '../transport/error-kind.ts';
import { MAX_MESSAGE } from './channel/script-error.ts';

/** The failure of a request whose script failed with `problem`. */
export function scriptFailure(problem: string, redact: Redact): Failure {
  return {
    kind: 'ScriptError',
    example: redact(problem.slice(0, MAX_MESSAGE), problem.length >= MAX_MESSAGE).slice(0, 256),
  };
}
