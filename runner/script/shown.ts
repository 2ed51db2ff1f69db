import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { NO_DATA } from '../../model/request/data.ts';
import { readTable } from '../request/variables.ts';
import { redactor } from '../response/redact.ts';
import type { Values } from '../values/referenced-values.ts';

/** What a script's error says, as it may be shown: without values from Secrets. */
export function shownProblem(problem: string, spec: LoadTestSpec, values: Values): string {
  const table = readTable(spec, values);
  return redactor(spec, values, 'problem' in table ? NO_DATA : table)(problem);
}
