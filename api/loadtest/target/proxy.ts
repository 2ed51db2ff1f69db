import * as z from 'zod';
import { textOf, withRules } from '../../common/rule.ts';
import { authSchema } from './auth.ts';
import { ADDRESS_RULE, PORT_RULE } from './url.ts';

const PROXY_URL = 'must be an http URL of host and port, such as http://proxy:3128';

function proxyUrlFault(url: string): string {
  return url.includes('@') ? 'must have no user: auth sends user and password' : PROXY_URL;
}

const proxyUrlSchema = withRules(
  textOf(/^http:[/][/]([a-zA-Z0-9]([-_a-zA-Z0-9.]*[a-zA-Z0-9])?[.]?|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?[/]?$/, PROXY_URL, {
    min: 1,
    max: 512,
    faultOf: proxyUrlFault,
  }),
  PORT_RULE,
  ADDRESS_RULE,
);

/** `target.http.proxy`. */
export const proxySchema = z.strictObject({
  url: proxyUrlSchema.describe('Host and port of the proxy.'),
  auth: authSchema.optional().describe('Credentials for the proxy. Default: none.'),
});
