import * as z from 'zod';
import { microseconds } from '../../common/duration.ts';
import { durationSchema } from '../../common/duration-schema.ts';
import { celPattern, withRules } from '../../common/rule.ts';
import { authSchema } from './auth.ts';
import { targetGrpcSchema } from './grpc.ts';
import { httpSchema } from './http.ts';
import { tlsSchema } from './tls.ts';
import { tracingSchema } from './tracing.ts';
import { urlSchema } from './url.ts';

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
    grpc: targetGrpcSchema.optional().describe('Services and limits of requests over gRPC.'),
    tls: tlsSchema
      .optional()
      .describe('TLS of an https target. Default: the certificate must be issued by a well-known authority.'),
    auth: authSchema.optional().describe('Authentication of every request. Default: none.'),
    tracing: tracingSchema
      .optional()
      .describe(
        'Sends a traceparent (W3C Trace Context) with every request that has none of its own: one trace for each iteration. The result has the sampled traces of the slowest requests, of unexpected responses and of errors. Default: none.',
      ),
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
