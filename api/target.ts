import { isIP } from 'node:net';
import { z } from 'zod';
import { durationSchema, microseconds } from './duration.ts';
import { keySelector, objectName } from './reference.ts';
import { celPattern, textOf, withRules } from './rule.ts';

const URL_PATTERN =
  /^https?:[/][/]([a-zA-Z0-9]([-_a-zA-Z0-9.]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?([/]([!"$&->@-~]|%[0-9A-Fa-f]{2})*)?$/;

/** A host that ends in a number is read as an IPv4 address by every client, so it must be one; one in brackets is IPv6. */
const ADDRESS_URL = /^https?:[/][/](([^./:]*[.])*([0-9]+|0[xX][0-9a-fA-F]*)|\[[^/]*\])(:[0-9]*)?([/].*)?$/;

/** Host (an IPv6 address without its brackets) and port (empty: the scheme's own) of a URL of the right form. */
function hostAndPort(url: string): [host: string, port: string] {
  const [, host, port] = /^https?:[/][/]([^/:[]*|\[[^/]*\])(?::([0-9]*))?([/]|$)/.exec(url)!;
  return [host!.replace(/[[\]]/g, ''), port ?? ''];
}

const urlSchema = withRules(
  textOf(
    URL_PATTERN,
    'must be an http or https URL of host, port and path, without user, query or fragment, such as http://checkout.shop.svc:8080/api',
    { min: 1, max: 2048 },
  ),
  {
    cel: "url(self).getPort() == '' || (int(url(self).getPort()) >= 1 && int(url(self).getPort()) <= 65535)",
    message: 'must have a port from 1 to 65535',
    test: (text) => {
      const [, port] = hostAndPort(text);
      return port === '' || (Number(port) >= 1 && Number(port) <= 65535);
    },
  },
  {
    cel: `!self.matches(${celPattern(ADDRESS_URL)}) || isIP(self.find('//([^/:[]+|[[][^/]+]?)').replace('//', '').replace('[', '').replace(']', ''))`,
    message: 'must have a host that is a name or an IP address',
    test: (text) => !ADDRESS_URL.test(text) || isIP(hostAndPort(text)[0]) !== 0,
  },
);

const authSchema = withRules(
  z.strictObject({
    type: z.enum(['Basic', 'Bearer']).describe('The HTTP authentication scheme.'),
    basic: z
      .strictObject({
        secretRef: z
          .strictObject({ name: objectName.describe('Name of the Secret, in the namespace of the LoadTest.') })
          .describe('A Secret of type kubernetes.io/basic-auth: keys `username` and `password`.'),
      })
      .optional()
      .describe('A user name and a password.'),
    bearer: z
      .strictObject({ secretKeyRef: keySelector.describe('The Secret key that holds the token.') })
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
  auth: authSchema.optional().describe('Authentication that every request carries. Default: none.'),
});
export type Target = z.infer<typeof targetSchema>;
