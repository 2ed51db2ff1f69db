import type { ClosedLoad } from '../api/loadtest/load/closed-load.ts';
import type { OpenLoad } from '../api/loadtest/load/open-load.ts';
import type { LoadTest, LoadTestSpec } from '../api/loadtest/loadtest.ts';
import { keyReferences } from '../api/loadtest/references.ts';

/**
 * The LoadTest with a load of at most a second on the target at `url`. Excluded are other hosts, TLS, HTTP/2, scripts, a baseline, and aborts,
 * whose moment is random.
 */
export function short({ apiVersion, kind, metadata, spec }: LoadTest, url: string): LoadTest {
  const { compareWith: _, suspend: __, script: ___, target, load, thresholds, runners, requests, ...rest } = spec;
  const { tls: ____, http, ...where } = target;
  const { pathname } = new URL(target.url);
  return {
    apiVersion,
    kind,
    metadata: { name: metadata.name ?? 'generated' },
    spec: {
      suspend: false,
      ...rest,
      target: { ...where, url: url + pathname, timeout: '2s', ...(http && { http: shortHttp(http) }) },
      requests: requests.map((request) => ({ ...request, ...(request.thinkTime && { thinkTime: '10ms' }) })),
      load: {
        ...load,
        ...(load.open && { open: shortOpen(load.open) }),
        ...(load.closed && { closed: shortClosed(load.closed) }),
        ...(load.gracefulStop && { gracefulStop: '1s' }),
      },
      runners: { ...runners, replicas: Math.min(2, runners.replicas) },
      ...(thresholds && { thresholds: thresholds.map(({ abort: _a, after: _b, ...threshold }) => threshold) }),
    },
  };
}

function shortHttp(http: NonNullable<LoadTestSpec['target']['http']>): typeof http {
  const { proxy: _, unixSocket: __, localAddresses: ___, ...rest } = http;
  return { ...rest, version: 'HTTP1' };
}

function shortOpen(open: OpenLoad): OpenLoad {
  const stages = open.stages
    .slice(0, 3)
    .map(({ rate }: OpenLoad['stages'][number]) => ({ duration: '200ms', rate: Math.min(100, rate) }));
  if (stages.every(({ rate }) => rate === 0)) stages[0]!.rate = 50;
  return {
    ...open,
    stages,
    per: '1s',
    ...(open.startRate !== undefined && { startRate: Math.min(100, open.startRate) }),
  };
}

function shortClosed({ duration: _, ...closed }: ClosedLoad): ClosedLoad {
  return {
    ...closed,
    users: Math.min(5, closed.users),
    thinkTime: closed.thinkTime === '0s' ? '0s' : '5ms',
    rampUp: closed.rampUp === '0s' ? '0s' : '50ms',
    iterations: Math.min(20, closed.iterations ?? 20),
  };
}

/** The Secrets and ConfigMaps that a LoadTest refers to; the value of each key is valid in most fields. */
export function referencedObjects(spec: LoadTestSpec): object[] {
  const objects = Map.groupBy(keyReferences(spec), ({ kind, name }) => `${kind}/${name}`);
  return [...objects.values()].map((keys) => ({
    apiVersion: 'v1',
    kind: keys[0]!.kind,
    metadata: { name: keys[0]!.name },
    [keys[0]!.kind === 'Secret' ? 'stringData' : 'data']: Object.fromEntries(
      keys.map(({ key }) => [key, exampleOf(key)]),
    ),
  }));
}

function exampleOf(key: string): string {
  if (key.endsWith('.csv')) return 'user,password\nann,a\nben,b\n';
  return key.endsWith('.json') ? '[{"user":"ann","password":"a"}]' : 'value';
}
