import * as z from 'zod';
import { textOf, withRules } from '../../common/rule.ts';
import { authSchema } from './auth.ts';
import { ADDRESS_RULE, PORT_RULE } from './url.ts';

const proxyUrlSchema = withRules(
  textOf(
    /^http:[/][/]([a-zA-Z0-9]([-_a-zA-Z0-9.]*[a-zA-Z0-9])?[.]?|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?[/]?$/,
    'must be an http URL of host and port, such as http://proxy:3128',
    { min: 1, max: 512 },
  ),
  PORT_RULE,
  ADDRESS_RULE,
);

/** `target.http.proxy`. */
export const proxySchema = z.strictObject({
  url: proxyUrlSchema.describe('Host and port of the proxy.'),
  auth: authSchema.optional().describe('Credentials for the proxy. Default: none.'),
});
