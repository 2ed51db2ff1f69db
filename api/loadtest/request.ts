import * as z from 'zod';
import { atMostAWeek } from '../common/duration-rules.ts';
import { durationSchema } from '../common/duration-schema.ts';
import { keyedList, textOf, withRules } from '../common/rule.ts';
import { FRAMING_HEADERS } from '../common/sizes.ts';
import { HEADER_TEMPLATE, PATH_TEMPLATE, TEMPLATE_MESSAGE } from '../common/template.ts';
import { namedValueSchema } from '../common/value-source.ts';
import { bodySchema } from './body/body.ts';
import { expectSchema, extractsSchema } from './expect.ts';
import { METHOD, METHOD_MESSAGE, NO_METHODS } from './method.ts';

const headerSchema = withRules(
  namedValueSchema(
    textOf(/^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/, 'must be an HTTP header name', { min: 1, max: 256 }).describe(
      'Name of the header.',
    ),
    textOf(HEADER_TEMPLATE, `must be printable ASCII without spaces at its ends, and ${TEMPLATE_MESSAGE}`, {
      max: 8192,
    }).describe('The value itself; may hold variables.'),
  ),
  {
    cel: `!(self.name.lowerAscii() in [${FRAMING_HEADERS.map((name) => `'${name}'`).join(', ')}])`,
    message: 'is a header that the runner sets itself',
    field: 'name',
    test: (v) => !FRAMING_HEADERS.includes(v.name.toLowerCase()),
  },
);

/** What an answer to HEAD does not have. */
const OF_BODIES = ['bodyContains', 'bodyMatches', 'json'] as const;

/** One kind of request; a test has one or more, chosen by weight or sent one after the other. */
export const requestSchema = withRules(
  z.strictObject({
    name: textOf(/^[a-zA-Z0-9]([-_.a-zA-Z0-9]*[a-zA-Z0-9])?$/, 'must be letters, digits, "-", "_" and "."', {
      min: 1,
      max: 63,
    }).describe('Its name in results and metrics; unique in the test.'),
    thinkTime: withRules(durationSchema, atMostAWeek)
      .optional()
      .describe(
        "Pause of a journey's user before this request, from the answer to the request before. No part of any time that is measured; the request comes due when it is over. Default: none.",
      ),
    weight: z.int().min(1).max(1_000_000).default(1).describe('Its share, relative to the other requests.'),
    method: withRules(textOf(METHOD, METHOD_MESSAGE, { min: 1, max: 32 }), {
      cel: `!(self in [${NO_METHODS.map((method) => `'${method}'`).join(', ')}])`,
      message: `must be no ${NO_METHODS.join(' and no ')}`,
      test: (text) => !NO_METHODS.includes(text),
    })
      .default('GET')
      .describe('The HTTP method, in upper case: any but CONNECT and TRACE.'),
    path: textOf(
      PATH_TEMPLATE,
      `must begin with "/" or "?" and hold no spaces and no fragment (other characters percent-encoded, such as %20), and ${TEMPLATE_MESSAGE}; \${data.column|raw} and \${session.name|raw} are not encoded, and may also begin it`,
      { min: 1, max: 8192 },
    )
      .optional()
      .describe(
        "Appended to the target's base path, with the query. Default: the target's URL as it stands. May hold variables, whose values are percent-encoded; those of ${data.column|raw} and ${session.name|raw} only where a path cannot hold them, so that a whole path with its query can be one.",
      ),
    headers: z
      .array(headerSchema)
      .max(64)
      .optional()
      .describe(
        "Headers, as in Kubernetes' httpHeaders. A value from a Secret or ConfigMap loses the line end that it may have behind it; one that no header can have ends the test before its load.",
      ),
    body: bodySchema
      .optional()
      .describe('What is sent with the request, also with a GET, as some services ask for. Default: nothing.'),
    expect: expectSchema.optional().describe('What an answer must be; else it is counted as unexpected.'),
    extract: extractsSchema
      .optional()
      .describe(
        'Values of the answer for the later requests of a journey. An answer that lacks one is unexpected and ends the journey.',
      ),
  }),
  {
    cel: "!has(self.body) || self.method != 'HEAD'",
    message: 'a HEAD request has no body',
    field: 'body',
    test: (v) => v.body === undefined || v.method !== 'HEAD',
  },
  ...OF_BODIES.map((field) => ({
    cel: `self.method != 'HEAD' || !has(self.expect) || !has(self.expect.${field})`,
    message: 'the answer to a HEAD request has no body',
    field: `expect.${field}`,
    test: (v: { method: string; expect?: { [F in (typeof OF_BODIES)[number]]?: unknown } | undefined }) =>
      v.method !== 'HEAD' || v.expect?.[field] === undefined,
  })),
);
export type RequestSpec = z.infer<typeof requestSchema>;

export const requestsSchema = keyedList(requestSchema, 'name', 32).min(1);
