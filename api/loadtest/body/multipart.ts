import * as z from 'zod';
import { textOf, withRules } from '../../common/rule.ts';
import { TEMPLATE, TEMPLATE_MESSAGE } from '../../common/template.ts';
import { valueSourceSchema } from '../../common/value-source.ts';
import { templateFault } from '../text-faults.ts';

const partSchema = withRules(
  z.strictObject({
    name: z.string().min(1).max(256).describe('Name of the part.'),
    value: textOf(TEMPLATE, TEMPLATE_MESSAGE, { max: 8192, faultOf: templateFault })
      .optional()
      .describe('Value; may contain variables.'),
    valueFrom: valueSourceSchema
      .optional()
      .describe('A key whose bytes are the content of the part, instead of `value`.'),
    filename: z.string().min(1).max(256).optional().describe('File name of the part.'),
    contentType: textOf(/^[!-~]([ -~]*[!-~])?$/, 'must be printable ASCII without spaces at its ends', {
      min: 1,
      max: 256,
    })
      .optional()
      .describe('Media type of the part. Default: none, which means text.'),
  }),
  {
    cel: 'has(self.value) != has(self.valueFrom)',
    message: 'exactly one of value and valueFrom must be set',
    test: (v) => (v.value === undefined) !== (v.valueFrom === undefined),
  },
);
export type BodyPart = z.infer<typeof partSchema>;

export const multipartSchema = z
  .array(partSchema)
  .min(1)
  .max(32)
  .optional()
  .describe('Parts such as files, sent as multipart/form-data.');
