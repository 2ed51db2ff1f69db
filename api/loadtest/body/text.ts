import { textOf } from '../../common/rule.ts';
import { TEMPLATE, TEMPLATE_MESSAGE } from '../../common/template.ts';
import { templateFault } from '../text-faults.ts';

export const textSchema = textOf(TEMPLATE, TEMPLATE_MESSAGE, { max: 65536, faultOf: templateFault })
  .optional()
  .describe('Text, sent as text/plain; charset=utf-8; may contain variables.');
