import * as z from 'zod';
import { keyedList, textOf } from '../common/rule.ts';
import { keySelector, namedValueSchema } from '../common/value-source.ts';

/** Logic of the test's own: a JavaScript module beside the LoadTest. */
export const scriptSchema = z.strictObject({
  configMapKeyRef: keySelector.describe(
    'The key of a ConfigMap that holds a JavaScript module with any of the exports setup, request, check and teardown; see docs/script.md.',
  ),
  env: keyedList(
    namedValueSchema(
      textOf(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be a name: letters, digits and "_", no digit first', {
        min: 1,
        max: 63,
      }).describe('The module finds the value as ctx.env.NAME.'),
      z.string().max(8192).describe('The value itself.'),
    ),
    'name',
    32,
  )
    .optional()
    .describe('Values for the module, such as a key to sign requests with. Default: none.'),
});
