import { isIP } from 'node:net';
import * as z from 'zod';
import { microseconds } from '../common/duration.ts';
import { durationSchema } from '../common/duration-schema.ts';
import { celPattern, type Rule, textOf, withRules } from '../common/rule.ts';
import { keySelector, objectName, valueSourceSchema } from '../common/value-source.ts';

const URL_PATTERN =
  /^https?:[/][/]([a-zA-Z0-9]([-_a-zA-Z0-9.]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?([/]([!"$&->@-~]|%[0-9A-Fa-f]{2})*)?$/;

/** Every client parses a host that ends in a number as an IPv4 address, so it must be one; a host in brackets is IPv6. */
const ADDRESS_URL = /^https?:[/][/](([^./:]*[.])*([0-9]+|0[xX][0-9a-fA-F]*)|\[[^/]*\])(:[0-9]*)?([/].*)?$/;

/** Host (an IPv6 address without its brackets) and port (empty: the scheme's default) of a valid URL. */
function hostAndPort(url: string): [host: string, port: string] {
  const [, host, port] = /^https?:[/][/]([^/:[]*|\[[^/]*\])(?::([0-9]*))?([/]|$)/.exec(url)!;
  return [host!.replace(/[[\]]/g, ''), port ?? ''];
}

/** Whether the API server accepts `host` as an address: it rejects IPv4-mapped IPv6 addresses. */
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

const tlsSchema = z.strictObject({
  caFrom: valueSourceSchema
    .optional()
    .describe('Certificates (PEM) of the authorities to trust, instead of the well-known ones.'),
  clientCertificateSecretRef: z
    .strictObject({ name: objectName.describe('Name of the Secret, in the namespace of the LoadTest.') })
    .optional()
    .describe(
      'Client certificate of the runner: a Secret of type kubernetes.io/tls with the keys `tls.crt` and `tls.key`.',
    ),
  serverName: textOf(
    /^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?)*$/,
    'must be a host name',
    { min: 1, max: 253 },
  )
    .optional()
    .describe("Server name for SNI and for the verification of the certificate. Default: the URL's host."),
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
  url: proxyUrlSchema.describe('Host and port of the proxy.'),
  auth: authSchema.optional().describe('Credentials for the proxy. Default: none.'),
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
        'HTTP1: HTTP/1.1, one request at a time per connection. HTTP2: many requests at a time per connection; negotiated by ALPN with an https target, by prior knowledge with an http target.',
      ),
    connections: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe(
        'Maximum number of connections over the whole test, divided among runners and their worker threads; each has at least one. HTTP/1.1: requests beyond it wait in FIFO order, which counts towards their response times. HTTP/2: requests use the connections in turn. Default: HTTP/1.1 one per in-flight request, HTTP/2 one per worker thread.',
      ),
    keepAlive: z
      .boolean()
      .default(true)
      .describe(
        'Whether requests reuse connections. false: every request opens a new connection with a full TLS handshake and sends "connection: close"; HTTP/1.1 only.',
      ),
    transport: z
      .enum(['Auto', 'Lean', 'Undici'])
      .default('Auto')
      .describe('Implementation of HTTP/1.1: Lean costs the least CPU, Undici is the reference. Auto: Lean.'),
    proxy: proxySchema
      .optional()
      .describe(
        'Forward proxy. It receives the requests for an http target itself; for an https target or HTTP/2 it opens a tunnel (CONNECT).',
      ),
    unixSocket: textOf(/^[/][!-~]*$/, 'must be an absolute path of printable ASCII without spaces', {
      min: 2,
      max: 107,
    })
      .optional()
      .describe('Path of a Unix socket to connect to, instead of the host and port of the URL.'),
    localAddresses: localAddressesSchema
      .optional()
      .describe(
        "Source addresses of the runner's connections, of the target's address family, used in turn. Each has its own range of ports, so that more connections are possible. An address without a free port is skipped. Default: chosen by the system.",
      ),
    maxRedirects: z
      .int()
      .min(0)
      .max(20)
      .default(0)
      .describe(
        'Maximum number of redirects to follow per request, only to the scheme, host and port of the target. Redirects are part of the request: its times and its timeout include them, and they do not count as requests made. Without `expect.status`, a redirect that is not followed is unexpected. 0: a redirect is a response like any other.',
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
    message: 'can be false only when version is HTTP1',
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

/** The URL of the connections' peer, as CEL and as a function. Both ends of a connection have the same address family. */
const PEER = '(has(self.http.proxy) ? self.http.proxy.url : self.url)';
const peerOf = (target: { url: string; http?: z.infer<typeof httpSchema> | undefined }) =>
  target.http?.proxy?.url ?? target.url;

/** The system under test and the settings common to all requests. */
export const targetSchema = withRules(
  z.strictObject({
    url: urlSchema.describe('Scheme, host, port and base path, such as http://checkout.shop.svc:8080/api.'),
    timeout: withRules(durationSchema, {
      cel: "duration(self) > duration('0s') && duration(self) <= duration('1h')",
      message: 'must be above 0s and at most 1h',
      test: (text) => microseconds(text) > 0 && microseconds(text) <= 3600e6,
    })
      .default('10s')
      .describe('Timeout of one request, from its write to the last byte of the response.'),
    dns: z
      .enum(['Once', 'PerConnection'])
      .default('Once')
      .describe(
        'When the host name is resolved: Once per worker thread, before its load, or for every new connection. Connections use the addresses in turn.',
      ),
    preflight: z
      .enum(['None', 'Connect', 'Request'])
      .default('None')
      .describe(
        'Check of the target before the load. Connect: every runner resolves the name, connects and completes the TLS handshake once; a failure ends the test without load. Request: every runner then also sends the first request, as for arrival 0, outside of all counts; an unexpected response ends the test without load, too. Request is not possible with a script, whose requests and checks begin after its setup. None: no check; the failures of an unreachable target are counted.',
      ),
    exclusive: z
      .boolean()
      .default(false)
      .describe(
        'true: in a cluster, no other LoadTest sends load to the same host and port at the same time, in any namespace that the operator serves. Tests wait for each other in the order of their creation.',
      ),
    http: httpSchema.optional().describe('HTTP version, connections and redirects. Default: HTTP/1.1.'),
    tls: tlsSchema
      .optional()
      .describe('TLS of an https target. Default: the certificate must be issued by a well-known authority.'),
    auth: authSchema.optional().describe('Authentication of every request. Default: none.'),
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
