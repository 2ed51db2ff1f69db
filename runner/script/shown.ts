import type { LoadTestSpec } from '../../api/loadtest.ts';
import { NO_DATA } from '../../model/data.ts';
import { redactor } from '../redact.ts';
import type { Values } from '../values.ts';
import { readTable } from '../variables.ts';

/** What a script's error says, as it may be shown: without values from Secrets. */
export function shownProblem(problem: string, spec: LoadTestSpec, values: Values): string {
  const table = readTable(spec, values);
  return redactor(spec, values, 'problem' in table ? NO_DATA : table)(problem);
}
