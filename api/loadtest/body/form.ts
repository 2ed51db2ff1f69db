import * as z from 'zod';
import { textOf } from '../../common/rule.ts';
import { TEMPLATE, TEMPLATE_MESSAGE } from '../../common/template.ts';
import { namedValueSchema } from '../../common/value-source.ts';
import { templateFault } from '../text-faults.ts';

const fieldSchema = namedValueSchema(
  z.string().min(1).max(256).describe('Name of the form field.'),
  textOf(TEMPLATE, TEMPLATE_MESSAGE, { max: 8192, faultOf: templateFault }).describe(
    'Value before encoding; may contain variables.',
  ),
);

export const formSchema = z
  .array(fieldSchema)
  .min(1)
  .max(64)
  .optional()
  .describe('Form fields, sent as application/x-www-form-urlencoded.');
