import * as z from 'zod';
import { keyedList, textOf } from '../common/rule.ts';
import { keySelector, namedValueSchema } from '../common/value-source.ts';

/** Custom logic of a test: a JavaScript module in a ConfigMap. */
export const scriptSchema = z.strictObject({
  configMapKeyRef: keySelector.describe(
    'Key of a ConfigMap that contains a JavaScript module with any of the exports setup, request, check and teardown; see docs/script.md.',
  ),
  env: keyedList(
    namedValueSchema(
      textOf(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be a name: letters, digits and "_", no digit first', {
        min: 1,
        max: 63,
      }).describe('Name of the value; the module reads it as context.env.NAME.'),
      z.string().max(8192).describe('Value.'),
    ),
    'name',
    32,
  )
    .optional()
    .describe('Values for the module, such as a signing key. Default: none.'),
});
