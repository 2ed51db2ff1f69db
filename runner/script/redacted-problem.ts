import { shownText } from '../../api/common/shown/text.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { NO_DATA } from '../../model/request/data.ts';
import { readTable } from '../request/variables.ts';
import { redactor } from '../response/redact.ts';
import type { Values } from '../values/referenced-values.ts';

/** Texts of a script, such as its errors and its output, without values from Secrets and control characters. */
export function redactedText(spec: LoadTestSpec, values: Values): (text: string) => string {
  const table = readTable(spec, values);
  const redact = redactor(spec, values, 'problem' in table ? NO_DATA : table);
  return (text) => shownText(redact(text));
}

/** The message of a script's error without values from Secrets and control characters. */
export function redactedProblem(problem: string, spec: LoadTestSpec, values: Values): string {
  return redactedText(spec, values)(problem);
}
