import { PING } from './scenario.ts';
import type { Target } from './target.ts';

/** A load of ours. */
export type Case = {
  name: string;
  workers: number;
  arrivals: 'Uniform' | 'Poisson';
  maxInFlight: number;
  /** Default: HTTP/1.1 without TLS. */
  protocol?: 'h2' | 'grpc';
};

export const CASES: readonly Case[] = [
  { name: 'loadtest, Uniform, 1 worker', workers: 1, arrivals: 'Uniform', maxInFlight: 10_000 },
  { name: 'loadtest, Uniform, 3 workers', workers: 3, arrivals: 'Uniform', maxInFlight: 10_000 },
  { name: 'loadtest, Poisson, 1 worker', workers: 1, arrivals: 'Poisson', maxInFlight: 10_000 },
  { name: 'loadtest, Poisson, 3 workers', workers: 3, arrivals: 'Poisson', maxInFlight: 10_000 },
  { name: 'loadtest, at most 50 in flight, 1 worker', workers: 1, arrivals: 'Uniform', maxInFlight: 50 },
  { name: 'loadtest, at most 50 in flight, 3 workers', workers: 3, arrivals: 'Uniform', maxInFlight: 50 },
  { name: 'loadtest, HTTP/2, 1 worker', workers: 1, arrivals: 'Uniform', maxInFlight: 10_000, protocol: 'h2' },
  { name: 'loadtest, HTTP/2, 3 workers', workers: 3, arrivals: 'Uniform', maxInFlight: 10_000, protocol: 'h2' },
  { name: 'loadtest, gRPC, 1 worker', workers: 1, arrivals: 'Uniform', maxInFlight: 10_000, protocol: 'grpc' },
  { name: 'loadtest, gRPC, 3 workers', workers: 3, arrivals: 'Uniform', maxInFlight: 10_000, protocol: 'grpc' },
];

/** Target and requests of a load over a protocol; each request carries its number. */
export function numbered(target: Target, protocol: Case['protocol']): object {
  const { url, secureUrl } = target;
  if (protocol === 'grpc') {
    const message = { seq: '${index}' };
    return {
      target: { url, http: { version: 'HTTP2' }, grpc: {} },
      requests: [{ name: 'numbered', grpc: { ...PING, message } }],
    };
  }
  const requests = [{ name: 'numbered', path: '/${index}' }];
  if (protocol === undefined) return { target: { url }, requests };
  return { target: { url: secureUrl, http: { version: 'HTTP2' }, tls: { insecureSkipVerify: true } }, requests };
}
