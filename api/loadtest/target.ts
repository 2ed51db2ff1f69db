import { isIP } from 'node:net';
import * as z from 'zod';
import { microseconds } from '../common/duration.ts';
import { durationSchema } from '../common/duration-schema.ts';
import { celPattern, type Rule, textOf, withRules } from '../common/rule.ts';
import { keySelector, objectName, valueSourceSchema } from '../common/value-source.ts';

const URL_PATTERN =
  /^https?:[/][/]([a-zA-Z0-9]([-_a-zA-Z0-9.]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?([/]([!"$&->@-~]|%[0-9A-Fa-f]{2})*)?$/;

/** A host that ends in a number is read as an IPv4 address by every client, so it must be one; one in brackets is IPv6. */
const ADDRESS_URL = /^https?:[/][/](([^./:]*[.])*([0-9]+|0[xX][0-9a-fA-F]*)|\[[^/]*\])(:[0-9]*)?([/].*)?$/;

/** Host (an IPv6 address without its brackets) and port (empty: the scheme's own) of a URL of the right form. */
function hostAndPort(url: string): [host: string, port: string] {
  const [, host, port] = /^https?:[/][/]([^/:[]*|\[[^/]*\])(?::([0-9]*))?([/]|$)/.exec(url)!;
  return [host!.replace(/[[\]]/g, ''), port ?? ''];
}

/** As the API server sees it: an IPv4 address in the clothes of an IPv6 one is none. */
function isAddress(host: string): boolean {
  return (
    isIP(host) !== 0 &&
    !/^\[::ffff:[0-9a-f]+:[0-9a-f]+\]$/.test(host.includes(':') ? new URL(`http://[${host}]`).hostname : '')
  );
}

const PORT_RULE: Rule<string> = {
  cel: "url(self).getPort() == '' || (int(url(self).getPort()) >= 1 && int(url(self).getPort()) <= 65535)",
  message: 'must have a port from 1 to 65535',
  test: (text) => {
    const [, port] = hostAndPort(text);
    return port === '' || (Number(port) >= 1 && Number(port) <= 65535);
  },
};

const ADDRESS_RULE: Rule<string> = {
  cel: `!self.matches(${celPattern(ADDRESS_URL)}) || isIP(self.find('//([^/:[]+|[[][^]]+)').replace('//', '').replace('[', ''))`,
  message: 'must have a host that is a name or an IP address',
  test: (text) => !ADDRESS_URL.test(text) || isAddress(hostAndPort(text)[0]),
};

const urlSchema = withRules(
  textOf(
    URL_PATTERN,
    'must be an http or https URL of host, port and path, without user, query or fragment, such as http://checkout.shop.svc:8080/api',
    { min: 1, max: 2048 },
  ),
  PORT_RULE,
  ADDRESS_RULE,
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

const tlsSchema = z.strictObject({
  caFrom: valueSourceSchema
    .optional()
    .describe('Certificates (PEM) of the authorities to trust, in the place of the well-known ones.'),
  clientCertificateSecretRef: z
    .strictObject({ name: objectName.describe('Name of the Secret, in the namespace of the LoadTest.') })
    .optional()
    .describe(
      'A Secret of type kubernetes.io/tls: keys `tls.crt` and `tls.key`. The certificate that the runner shows.',
    ),
  serverName: textOf(
    /^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?)*$/,
    'must be a host name',
    { min: 1, max: 253 },
  )
    .optional()
    .describe("The name that is asked for (SNI) and that the certificate must be for. Default: the URL's host."),
  insecureSkipVerify: z.boolean().default(false).describe('Accepts any certificate.'),
});

const proxyUrlSchema = withRules(
  textOf(
    /^http:[/][/]([a-zA-Z0-9]([-_a-zA-Z0-9.]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?[/]?$/,
    'must be an http URL of host and port, such as http://proxy:3128',
    { min: 1, max: 512 },
  ),
  PORT_RULE,
  ADDRESS_RULE,
);

const proxySchema = z.strictObject({
  url: proxyUrlSchema.describe('Of the proxy: host and port.'),
  auth: authSchema.optional().describe('What the proxy asks for. Default: none.'),
});

const localAddressesSchema = z
  .array(
    withRules(textOf(/^[0-9a-fA-F.:]+$/, 'must be an IP address', { min: 2, max: 45 }), {
      cel: 'isIP(self)',
      message: 'must be an IP address',
      test: isAddress,
    }),
  )
  .min(1)
  .max(256);

const httpSchema = withRules(
  z.strictObject({
    version: z
      .enum(['HTTP1', 'HTTP2'])
      .default('HTTP1')
      .describe(
        'HTTP1: HTTP/1.1, one request at a time on a connection. HTTP2: many requests at a time on a connection; of an https target by ALPN, of an http target by prior knowledge.',
      ),
    connections: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe(
        'The most connections over the whole test, shared out to runners and their worker threads; each has at least one. HTTP/1.1: requests above that wait, first in first out, as a part of their response times. HTTP/2: requests are spread over them in turn. Default: HTTP/1.1 as many as there are requests in flight, HTTP/2 one for each worker thread.',
      ),
    keepAlive: z
      .boolean()
      .default(true)
      .describe(
        'Whether a connection carries one request after the other. false: a new connection, with a whole TLS handshake, for every request, which says "connection: close"; for HTTP/1.1 only.',
      ),
    transport: z
      .enum(['Auto', 'Lean', 'Undici'])
      .default('Auto')
      .describe('What makes HTTP/1.1 requests: Lean costs the least CPU, Undici is the reference. Auto: Lean.'),
    proxy: proxySchema
      .optional()
      .describe(
        'A forward proxy that requests go through: of an http target it reads and forwards them; for an https target or HTTP/2 it is asked for a tunnel (CONNECT).',
      ),
    unixSocket: textOf(/^[/][!-~]*$/, 'must be an absolute path of printable ASCII without spaces', {
      min: 2,
      max: 107,
    })
      .optional()
      .describe('The path of a Unix socket that connections go to, in the place of the host and port of the URL.'),
    localAddresses: localAddressesSchema
      .optional()
      .describe(
        "The runner's own addresses that connections come from, in turn, of the target's family; each has ports of its own, so that more connections are possible. One without a free port is passed over. Default: the system's choice.",
      ),
    maxRedirects: z
      .int()
      .min(0)
      .max(20)
      .default(0)
      .describe(
        'How many redirects of one request are followed, one after the other; only those to the scheme, host and port of the target. They are a part of the request: of its times and its time-out, and not counted as requests made. Where `expect.status` is not set, one that is not followed is unexpected. 0: a redirect is an answer like any other.',
      ),
  }),
  {
    cel: "self.transport == 'Auto' || self.version == 'HTTP1'",
    message: 'a transport can be chosen only when version is HTTP1',
    field: 'transport',
    test: (v) => v.transport === 'Auto' || v.version === 'HTTP1',
  },
  {
    cel: "self.keepAlive || self.version == 'HTTP1'",
    message: 'connections can be for one request each only when version is HTTP1',
    field: 'keepAlive',
    test: (v) => v.keepAlive || v.version === 'HTTP1',
  },
  {
    cel: '!has(self.unixSocket) || (!has(self.proxy) && !has(self.localAddresses))',
    message: 'a connection to a Unix socket has no proxy and no local address',
    field: 'unixSocket',
    test: (v) => v.unixSocket === undefined || (v.proxy === undefined && v.localAddresses === undefined),
  },
);

const IPV4_URL = /^https?:[/][/][0-9.]+([:/].*)?$/;
const IPV6_URL = /^https?:[/][/]\[.*/;

/** What connections go to, as CEL and as a function: of two addresses, both ends are of one family. */
const PEER = '(has(self.http.proxy) ? self.http.proxy.url : self.url)';
const peerOf = (target: { url: string; http?: z.infer<typeof httpSchema> | undefined }) =>
  target.http?.proxy?.url ?? target.url;

/** What is tested, and what every request to it has in common. */
export const targetSchema = withRules(
  z.strictObject({
    url: urlSchema.describe('Scheme, host, port and base path, e.g. http://checkout.shop.svc:8080/api.'),
    timeout: withRules(durationSchema, {
      cel: "duration(self) > duration('0s') && duration(self) <= duration('1h')",
      message: 'must be above 0s and at most 1h',
      test: (text) => microseconds(text) > 0 && microseconds(text) <= 3600e6,
    })
      .default('10s')
      .describe('Limit of one request, from its write to its last byte.'),
    dns: z
      .enum(['Once', 'PerConnection'])
      .default('Once')
      .describe(
        'When a name is looked up: Once for each worker thread, before its load, or for every new connection. Connections take its addresses in turn.',
      ),
    preflight: z
      .enum(['None', 'Connect', 'Request'])
      .default('None')
      .describe(
        'Connect: every runner first resolves the name, connects and shakes hands once; if that fails, no load is sent and the test ends with the reason. Request: it then also makes the first of the requests, as for arrival 0, outside of all counts; an answer that is not as expected is such a reason, too; not with a script, which makes requests and judges answers only after its setup. None: an unreachable target is measured, and its failures are counted.',
      ),
    exclusive: z
      .boolean()
      .default(false)
      .describe(
        'In a cluster, true: no other LoadTest sends load to the same host and port meanwhile, in any namespace that the operator serves; they wait for each other in the order of their creation.',
      ),
    http: httpSchema.optional().describe('The version of HTTP, and how it is spoken. Default: HTTP/1.1.'),
    tls: tlsSchema
      .optional()
      .describe('TLS of an https target. Default: a certificate of a well-known authority is asked for.'),
    auth: authSchema.optional().describe('Authentication that every request carries. Default: none.'),
  }),
  {
    cel: "!has(self.tls) || self.url.startsWith('https:')",
    message: 'only an https target has TLS',
    field: 'tls',
    test: (v) => v.tls === undefined || v.url.startsWith('https:'),
  },
  {
    cel: `!has(self.http) || !has(self.http.localAddresses) || !${PEER}.matches(${celPattern(IPV4_URL)}) || self.http.localAddresses.all(a, !a.contains(':'))`,
    message: 'connections to an IPv4 address come from IPv4 addresses',
    field: 'http.localAddresses',
    test: (v) => !IPV4_URL.test(peerOf(v)) || (v.http?.localAddresses ?? []).every((a) => !a.includes(':')),
  },
  {
    cel: `!has(self.http) || !has(self.http.localAddresses) || !${PEER}.matches(${celPattern(IPV6_URL)}) || self.http.localAddresses.all(a, a.contains(':'))`,
    message: 'connections to an IPv6 address come from IPv6 addresses',
    field: 'http.localAddresses',
    test: (v) => !IPV6_URL.test(peerOf(v)) || (v.http?.localAddresses ?? []).every((a) => a.includes(':')),
  },
);
export type Target = z.infer<typeof targetSchema>;
