/** A load for the comparison of tools. */
export type Scenario = {
  name: string;
  title: string;
  /** `streams`: the requests at a time on each connection, one by default. */
  load: { type: 'Closed'; connections: number; streams?: number } | { type: 'Open'; rate: number };
  method: 'GET' | 'POST';
  protocol: Protocol;
};

/** HTTP/1.1 without and with TLS, HTTP/2 over TLS, and gRPC without TLS. */
export type Protocol = 'http' | 'https' | 'h2' | 'grpc';

/** Of a closed loop. */
export const CONNECTIONS = 64;
const closed = { type: 'Closed', connections: CONNECTIONS } as const;
const plain = { method: 'GET', protocol: 'http' } as const;

function open(name: string, rate: number): Scenario {
  return { name, title: `Open loop, ${rate.toLocaleString('en')} a second`, load: { type: 'Open', rate }, ...plain };
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'closed', title: `Closed loop, ${CONNECTIONS} connections`, load: closed, ...plain },
  open('open-1k', 1_000),
  open('open-5k', 5_000),
  open('open-20k', 20_000),
  { name: 'post', title: 'JSON POST, closed loop', load: closed, method: 'POST', protocol: 'http' },
  { name: 'tls', title: 'TLS, closed loop', load: closed, method: 'GET', protocol: 'https' },
  { name: 'http2', title: 'HTTP/2 over TLS, closed loop', load: closed, method: 'GET', protocol: 'h2' },
  {
    name: 'http2-many-streams',
    title: 'HTTP/2 over TLS, 16 requests at a time on each of 4 connections',
    load: { type: 'Closed', connections: 4, streams: 16 },
    method: 'GET',
    protocol: 'h2',
  },
  {
    name: 'grpc',
    title: 'Unary gRPC of 100 bytes each way without TLS, 16 calls at a time on each of 4 connections',
    load: { type: 'Closed', connections: 4, streams: 16 },
    method: 'POST',
    protocol: 'grpc',
  },
];

/** The body of a POST. */
export const JSON_BODY = JSON.stringify({ sku: 'a1', quantity: 2, customer: 'c-1042', note: 'please ring twice' });

/** The method of gRPC that all tools call, and the text in each message both ways. */
export const PING = { service: 'fgrpc.PingServer', method: 'Ping' };
export const PAYLOAD = 'x'.repeat(100);
