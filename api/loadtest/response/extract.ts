import * as z from 'zod';
import { textOf, withRules } from '../../common/rule.ts';
import { VARIABLE_NAME } from '../../common/template.ts';
import { headerNameSchema, pointerSchema, regexSchema } from './patterns.ts';

const extractSchema = withRules(
  z.strictObject({
    name: textOf(VARIABLE_NAME, 'must be a name: letters, digits, "-" and "_", no digit first', {
      min: 1,
      max: 63,
    }).describe('Name of the value; later requests use it as ${session.NAME}.'),
    jsonPointer: pointerSchema.optional().describe('Takes the value at a JSON Pointer of the body.'),
    header: headerNameSchema.optional().describe('Takes the value of a header.'),
    regex: regexSchema.optional().describe('Takes the first group of a regular expression that matches in the body.'),
  }),
  {
    cel: '[has(self.jsonPointer), has(self.header), has(self.regex)].filter(x, x).size() == 1',
    message: 'exactly one of jsonPointer, header and regex must be set',
    test: (v) => [v.jsonPointer, v.header, v.regex].filter((x) => x !== undefined).length === 1,
  },
);
export type Extract = z.infer<typeof extractSchema>;

/** `requests[].extract`: values of a response for later requests of the iteration. */
export const extractsSchema = z.array(extractSchema).min(1).max(16);
