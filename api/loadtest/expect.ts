import * as z from 'zod';
import { textOf, withRules } from '../common/rule.ts';
import { VARIABLE_NAME } from '../common/template.ts';
import { HEADER_NAME } from './http-names.ts';

/** Excludes special groups and back-references, whose meaning differs between JavaScript and RE2. */
const PLAIN_REGEX = /^([^(\\]|\\[^1-9k]|[(]+([^(?\\]|[?]:|\\[^1-9k]))*[(]*$/;

const regexSchema = withRules(
  textOf(PLAIN_REGEX, 'must be a regular expression without look-around, flags and back-references', {
    min: 1,
    max: 512,
  }),
  {
    // A pattern that does not compile is an error in CEL, so that the API server rejects the object.
    cel: "''.matches(self) ? true : true",
    message: 'must be a regular expression',
    test: (text) => compiles(text),
  },
);

function compiles(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

export const headerNameSchema = textOf(HEADER_NAME, 'must be an HTTP header name', { min: 1, max: 256 }).describe(
  'Name of the header.',
);
const pointerSchema = textOf(/^([/]([^/~]|~[01])*)*$/, 'must be a JSON Pointer such as /items/0/id', { max: 256 });

const headerExpectation = withRules(
  z.strictObject({
    name: headerNameSchema,
    value: z.string().max(1024).optional().describe('Exact value that the header must have.'),
    matches: regexSchema.optional().describe('Regular expression that must match somewhere in the value.'),
  }),
  {
    cel: 'has(self.value) != has(self.matches)',
    message: 'exactly one of value and matches must be set',
    test: (v) => (v.value === undefined) !== (v.matches === undefined),
  },
);

export const expectSchema = z.strictObject({
  status: z
    .array(textOf(/^[1-5]([0-9]{2}|xx)$/, 'must be a status such as "200" or a class such as "2xx"', { max: 3 }))
    .min(1)
    .max(16)
    .optional()
    .describe('Expected statuses such as "200" and classes such as "2xx". Default: every status below 400.'),
  headers: z.array(headerExpectation).min(1).max(16).optional().describe('Headers that the response must have.'),
  bodyContains: z.string().min(1).max(1024).optional().describe('Text that the body must contain.'),
  bodyMatches: regexSchema.optional().describe('Regular expression that must match somewhere in the body.'),
  json: z
    .array(
      z.strictObject({
        pointer: pointerSchema.describe('JSON Pointer (RFC 6901) into the body, such as /items/0/id.'),
        value: z
          .string()
          .max(1024)
          .describe('Expected value: a string as it is, anything else as JSON, such as "3" or "true".'),
      }),
    )
    .min(1)
    .max(16)
    .optional()
    .describe('Values that the JSON body must contain.'),
  maxBodyBytes: z
    .int()
    .min(0)
    .max(64 * 1024 * 1024)
    .optional()
    .describe(
      'Largest body that is read to its end; a larger one is an error, BodyTooLarge. Default: unlimited, but 1 MiB when the body must be buffered to match, decode or extract from it.',
    ),
});
export type Expect = z.infer<typeof expectSchema>;

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

export const extractsSchema = z.array(extractSchema).min(1).max(16);
