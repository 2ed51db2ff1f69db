import * as z from 'zod';
import { valueSourceSchema } from '../common/value-source.ts';

/** Rows of values for the variables of requests; each arrival uses one row. */
export const dataSchema = z.strictObject({
  from: valueSourceSchema.describe('Key of a ConfigMap or Secret that contains the rows.'),
  format: z
    .enum(['CSV', 'JSON'])
    .describe('CSV: RFC 4180, with the column names in the first line. JSON: a list of flat objects.'),
  order: z
    .enum(['Sequential', 'Random'])
    .default('Sequential')
    .describe(
      'Sequential: arrival n uses row n modulo the number of rows, whichever runner sends it; every row is used once before any is reused. Random: each arrival draws a row.',
    ),
});
