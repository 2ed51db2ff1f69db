import { textOf } from '../../common/rule.ts';
import { TEMPLATE, TEMPLATE_MESSAGE } from '../../common/template.ts';

export const textSchema = textOf(TEMPLATE, TEMPLATE_MESSAGE, { max: 65536 })
  .optional()
  .describe('Text, sent as text/plain; charset=utf-8; may contain variables.');
