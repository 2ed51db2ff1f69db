import * as z from 'zod';
import { valueSourceSchema } from '../common/value-source.ts';

/** Rows of values that the templates of requests are filled with, each arrival with one row. */
export const dataSchema = z.strictObject({
  from: valueSourceSchema.describe('The key of a ConfigMap or Secret that holds the rows.'),
  format: z
    .enum(['CSV', 'JSON'])
    .describe('CSV: the first line names the columns (RFC 4180). JSON: a list of flat objects.'),
  order: z
    .enum(['Sequential', 'Random'])
    .default('Sequential')
    .describe(
      'Sequential: arrival n gets row n modulo the number of rows, whichever runner sends it, so that every row is used once before any is used again. Random: a row drawn for each arrival.',
    ),
});
