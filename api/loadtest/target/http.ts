import * as z from 'zod';
import { atMostAWeek, durationSchema, positive } from '../../common/duration-schema.ts';
import { textOf, withRules } from '../../common/rule.ts';
import { proxySchema } from './proxy.ts';
import { isAddress } from './url.ts';

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

/** `target.http`. */
export const httpSchema = withRules(
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
        'Maximum number of connections over the whole test, divided among runners and their worker threads; each has at least one. HTTP/1.1: requests beyond it wait in FIFO order, which counts towards their response times. HTTP/2: requests use the connections in turn, but a user of a closed load stays on a connection that has fewer requests in flight than the next. Default: HTTP/1.1 one per in-flight request, HTTP/2 one per worker thread.',
      ),
    keepAlive: z
      .boolean()
      .default(true)
      .describe(
        'Whether requests reuse connections. false: every request opens a new connection with a full TLS handshake and sends "connection: close"; HTTP/1.1 only.',
      ),
    maxConnectionAge: withRules(durationSchema, positive, atMostAWeek)
      .optional()
      .describe(
        'For how long a connection carries requests; each ends in the last tenth of this time, at random, and between requests. The next one is to the next address, which with `dns: PerConnection` is looked up again: so a target that scales out receives load on its new instances. Default: as long as the server keeps it open.',
      ),
    maxRequestsPerConnection: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe(
        'How many requests a connection carries at most, up to a tenth less at random. The last one over HTTP/1.1 sends "connection: close". Default: without limit.',
      ),
    transport: z
      .enum(['Auto', 'Lean', 'Undici', 'NodeHTTP2'])
      .default('Auto')
      .describe(
        'Implementation of HTTP: Lean costs the least CPU. Undici is the reference for HTTP/1.1, NodeHTTP2 (node:http2) for HTTP/2. Auto: Lean.',
      ),
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
      .describe(
        'Path of a Unix socket to connect to, instead of the host and port of the URL. In a cluster the limit allowUnixSockets must permit it.',
      ),
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
    cel: "self.transport in ['Auto', 'Lean'] || (self.transport == 'NodeHTTP2') == (self.version == 'HTTP2')",
    message: 'Undici can be chosen only when version is HTTP1, NodeHTTP2 only when it is HTTP2',
    field: 'transport',
    test: (v) => ['Auto', 'Lean'].includes(v.transport) || (v.transport === 'NodeHTTP2') === (v.version === 'HTTP2'),
  },
  {
    cel: "self.keepAlive || self.version == 'HTTP1'",
    message: 'can be false only when version is HTTP1',
    field: 'keepAlive',
    test: (v) => v.keepAlive || v.version === 'HTTP1',
  },
  {
    cel: 'self.keepAlive || !has(self.maxConnectionAge)',
    message: 'cannot be set with keepAlive false, when a connection carries one request',
    field: 'maxConnectionAge',
    test: (v) => v.keepAlive || v.maxConnectionAge === undefined,
  },
  {
    cel: 'self.keepAlive || !has(self.maxRequestsPerConnection)',
    message: 'cannot be set with keepAlive false, when a connection carries one request',
    field: 'maxRequestsPerConnection',
    test: (v) => v.keepAlive || v.maxRequestsPerConnection === undefined,
  },
  {
    cel: '!has(self.unixSocket) || (!has(self.proxy) && !has(self.localAddresses))',
    message: 'a connection to a Unix socket has no proxy and no local address',
    field: 'unixSocket',
    test: (v) => v.unixSocket === undefined || (v.proxy === undefined && v.localAddresses === undefined),
  },
);
