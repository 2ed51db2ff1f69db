import * as z from 'zod';
import { valueSourceSchema } from '../common/value-source.ts';

/** Rows of values for the variables of requests; each arrival uses one row. */
export const dataSchema = z.strictObject({
  from: valueSourceSchema.describe('Key of a ConfigMap or Secret that contains the rows.'),
  format: z
    .enum(['CSV', 'JSON'])
    .describe(
      'CSV: RFC 4180, with the column names in the first line; a quote within a field without quotes stands for itself. JSON: a list of flat objects. Both in UTF-8.',
    ),
  order: z
    .enum(['Sequential', 'Random'])
    .default('Sequential')
    .describe(
      'Sequential: rows come in turn. In an open load, arrival n uses row n modulo the number of rows, whichever runner sends it. In a closed load each of n runners has every n-th row as its own, and its users take these in turn: no row comes again before all rows of its runner have come, and two runners never use the same row unless there are fewer rows than runners. With iterations up to the number of rows, no row comes twice. Random: each arrival draws a row. All requests of an iteration use the same row. A preflight request uses the first one, which the load uses again.',
    ),
});
