import * as z from 'zod';
import { textOf, withRules } from '../common/rule.ts';
import { VARIABLE_NAME } from '../common/template.ts';

/** A group that is more than a group, and references to one, mean something in JavaScript and nothing in RE2, or the other way round. */
const PLAIN_REGEX = /^([^(\\]|\\[^1-9k]|[(]+([^(?\\]|[?]:|\\[^1-9k]))*[(]*$/;

const regexSchema = withRules(
  textOf(PLAIN_REGEX, 'must be a regular expression without look-around, flags and back-references', {
    min: 1,
    max: 512,
  }),
  {
    // A pattern that does not compile is an error in CEL, which refuses the object.
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

const headerName = textOf(/^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/, 'must be an HTTP header name', { min: 1, max: 256 });
const pointerSchema = textOf(/^([/]([^/~]|~[01])*)*$/, 'must be a JSON Pointer such as /items/0/id', { max: 256 });

const headerExpectation = withRules(
  z.strictObject({
    name: headerName.describe('Name of the header.'),
    value: z.string().max(1024).optional().describe('What it must be.'),
    matches: regexSchema.optional().describe('A regular expression that must match somewhere in it.'),
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
    .describe('Statuses that are expected, such as "200", and classes of them, such as "2xx". Default: all below 400.'),
  headers: z.array(headerExpectation).min(1).max(16).optional().describe('Headers that the answer must have.'),
  bodyContains: z.string().min(1).max(1024).optional().describe('Text that the body must contain.'),
  bodyMatches: regexSchema.optional().describe('A regular expression that must match somewhere in the body.'),
  json: z
    .array(
      z.strictObject({
        pointer: pointerSchema.describe('A JSON Pointer (RFC 6901) into the body, such as /items/0/id.'),
        value: z
          .string()
          .max(1024)
          .describe('What must stand there: text as it is, anything else as JSON, such as "3" or "true".'),
      }),
    )
    .min(1)
    .max(16)
    .optional()
    .describe('Values that the body must have as JSON.'),
  maxBodyBytes: z
    .int()
    .min(0)
    .max(64 * 1024 * 1024)
    .optional()
    .describe(
      'The greatest body that is read to its end; a greater one is a failure, BodyTooLarge. Default: without limit, but 1 MiB where the body is held to be matched, decoded or extracted from.',
    ),
});
export type Expect = z.infer<typeof expectSchema>;

const extractSchema = withRules(
  z.strictObject({
    name: textOf(VARIABLE_NAME, 'must be a name: letters, digits, "-" and "_", no digit first', {
      min: 1,
      max: 63,
    }).describe('Later requests use the value as ${session.NAME}.'),
    jsonPointer: pointerSchema.optional().describe('The value at a JSON Pointer of the body.'),
    header: headerName.optional().describe('The value of a header.'),
    regex: regexSchema.optional().describe('What the first group of a regular expression matches in the body.'),
  }),
  {
    cel: '[has(self.jsonPointer), has(self.header), has(self.regex)].filter(x, x).size() == 1',
    message: 'exactly one of jsonPointer, header and regex must be set',
    test: (v) => [v.jsonPointer, v.header, v.regex].filter((x) => x !== undefined).length === 1,
  },
);
export type Extract = z.infer<typeof extractSchema>;

export const extractsSchema = z.array(extractSchema).min(1).max(16);
