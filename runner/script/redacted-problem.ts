import { shownText } from '../../api/common/shown/text.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { NO_DATA } from '../../model/request/data.ts';
import { readTable } from '../request/variables.ts';
import { redactor } from '../response/redact.ts';
import type { Values } from '../values/referenced-values.ts';

/** The message of a script's error without values from Secrets and control characters. */
export function redactedProblem(problem: string, spec: LoadTestSpec, values: Values): string {
  const table = readTable(spec, values);
  return shownText(redactor(spec, values, 'problem' in table ? NO_DATA : table)(problem));
}
