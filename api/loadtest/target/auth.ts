import * as z from 'zod';
import { withRules } from '../../common/rule.ts';
import { keySelector, objectName } from '../../common/value-source.ts';

/** `target.auth` and `target.http.proxy.auth`. */
export const authSchema = withRules(
  z.strictObject({
    type: z.enum(['Basic', 'Bearer']).describe('HTTP authentication scheme.'),
    basic: z
      .strictObject({
        secretRef: z
          .strictObject({ name: objectName.describe('Name of the Secret, in the namespace of the LoadTest.') })
          .describe('A Secret of type kubernetes.io/basic-auth: keys `username` and `password`.'),
      })
      .optional()
      .describe('A user name and a password.'),
    bearer: z
      .strictObject({ secretKeyRef: keySelector.describe('Secret key that contains the token.') })
      .optional()
      .describe('A token.'),
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
