import { z } from 'zod';
import { durationSchema, microseconds } from './duration.ts';
import { objectName } from './reference.ts';
import { withRules } from './rule.ts';

const urlSchema = withRules(
  z
    .string()
    .max(2048)
    .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, 'must be an http or https URL without user, query or fragment'),
  {
    cel: 'isURL(self)',
    message: 'must be a valid URL',
    test: (text) => URL.canParse(text),
  },
);

const authSchema = withRules(
  z.strictObject({
    type: z.enum(['Basic', 'Bearer']).describe('The HTTP authentication scheme.'),
    basic: z
      .strictObject({ secretRef: z.strictObject({ name: objectName }) })
      .optional()
      .describe('A Secret of type kubernetes.io/basic-auth: keys `username` and `password`.'),
    bearer: z
      .strictObject({ secretKeyRef: z.strictObject({ name: objectName, key: z.string().min(1).max(253) }) })
      .optional()
      .describe('The Secret key that holds the token.'),
  }),
  {
    cel: "has(self.basic) == (self.type == 'Basic')",
    message: 'basic must be set when type is Basic, and only then',
    field: 'basic',
    test: (v) => (v.basic !== undefined) === (v.type === 'Basic'),
  },
  {
    cel: "has(self.bearer) == (self.type == 'Bearer')",
    message: 'bearer must be set when type is Bearer, and only then',
    field: 'bearer',
    test: (v) => (v.bearer !== undefined) === (v.type === 'Bearer'),
  },
);

/** What is tested, and what every request to it has in common. */
export const targetSchema = z.strictObject({
  url: urlSchema.describe('Scheme, host, port and base path, e.g. http://checkout.shop.svc:8080/api.'),
  timeout: withRules(durationSchema, {
    cel: "duration(self) > duration('0s') && duration(self) <= duration('1h')",
    message: 'must be above 0s and at most 1h',
    test: (text) => microseconds(text) > 0 && microseconds(text) <= 3600e6,
  })
    .default('10s')
    .describe('Limit of one request, from its write to its last byte.'),
  auth: authSchema.optional().describe('Authentication that every request carries.'),
});
export type Target = z.infer<typeof targetSchema>;
