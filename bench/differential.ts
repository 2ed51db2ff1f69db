import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { transportFor } from '../runner/transport/select.ts';
import { withTempDir } from '../test/cluster/system/tempdir.ts';
import { type Case, HTTP1_ONLY, HTTP2, SERVERS } from '../test/servers/cases.ts';
import { installServers } from '../test/servers/packages.ts';
import { makeCertificates } from '../test/support/certificates.ts';
import { realLoad } from '../test/support/real-load.ts';
import { recordResponses } from '../test/support/record-responses.ts';
import { differencesOf, type Tally } from './differences.ts';
import type { Log } from './install.ts';
import type { Options } from './options.ts';
import { specOf } from './spec.ts';
import { table } from './statistics.ts';
import { describeMachine, machine, store } from './store.ts';

/** Requests at a time, eight on each connection, so that all kinds of them are mixed. */
const USERS = 32;
const CONNECTIONS = 4;

type Row = { server: string; requests: number; outcomes: number; differences: string[] };

/**
 * Sends the requests of the servers' tests, all kinds mixed on few connections, by both transports of HTTP/2, and compares what came of them:
 * statuses, bodies, error kinds, counts. The exit code is 1 if anything differs.
 */
export async function benchDifferential(options: Options, log: Log): Promise<void> {
  await installServers(log);
  const certificates = await makeCertificates();
  const values = new Map([['Secret/trust/ca.crt', certificates.ca]]);
  const rows: Row[] = [];
  for (const { name, start, cases } of SERVERS) {
    await withTempDir(async (dir) => {
      const own = join(dir, 'server');
      mkdirSync(own, { mode: 0o755 });
      const server = await start({ dir: own, certificates });
      try {
        for (const way of server.http2) {
          const run = (http: object) => tally(server[way]!, cases, { http, requests: options.requests }, values);
          const lean = await run(HTTP2.HTTP2);
          const differences = differencesOf(lean, await run(HTTP2.NodeHTTP2));
          rows.push({ server: `${name}, ${way}`, requests: options.requests, outcomes: lean.size, differences });
          log([`${name}, ${way}: ${differences.length} differences`, ...differences].join('\n  '));
        }
      } finally {
        await server.close();
      }
    });
  }
  const result = { machine: machine(), rows };
  store(options.out, 'differential', result, report(result), log);
  if (rows.some(({ differences }) => differences.length > 0)) process.exitCode = 1;
}

type Load = { http: object; requests: number };

async function tally(
  url: string,
  cases: readonly Case[],
  { http, requests }: Load,
  values: ReadonlyMap<string, Buffer>,
): Promise<Tally> {
  const tls = { tls: { caFrom: { secretKeyRef: { name: 'trust', key: 'ca.crt' } } } };
  const spec = specOf({
    target: {
      url,
      timeout: '30000ms',
      http: { ...http, connections: CONNECTIONS },
      ...(url.startsWith('https') && tls),
    },
    requests: cases
      .filter((one) => !HTTP1_ONLY.includes(one))
      .map(([, request], i) => ({ name: `request-${i}`, ...request })),
    load: { type: 'Closed', closed: { users: USERS, iterations: requests } },
  });
  const found = new Map<string, number>();
  const count = (outcome: string, by = 1) => found.set(outcome, (found.get(outcome) ?? 0) + by);
  const recording = recordResponses(await transportFor(spec.target, values), ({ request, status, body }) => {
    const sha256 = createHash('sha256').update(body).digest('hex').slice(0, 16);
    count(`${request.method} ${request.path}: ${status}, ${body.length} bytes (${sha256})`);
  });
  const summary = await realLoad(spec, values, recording);
  for (const { name, counts } of summary.requests)
    for (const [counter, value] of Object.entries(counts)) count(`${name}: ${counter}`, value);
  for (const { kind, count: errors } of summary.errors) count(kind, errors);
  return found;
}

function report({ machine, rows }: { machine: Parameters<typeof describeMachine>[0]; rows: readonly Row[] }): string {
  return [
    '# HTTP/2 by our transport and by node:http2',
    '',
    describeMachine(machine),
    'The same requests by both transports, all kinds mixed. An outcome is a status with a body, an error kind, or a counter of a request.',
    '',
    table(
      ['server', 'requests by each', 'different outcomes', 'that came unequally often'],
      rows.map(({ server, requests, outcomes, differences }) => [
        server,
        requests.toLocaleString('en'),
        String(outcomes),
        differences.length === 0 ? 'none' : differences.join('; '),
      ]),
    ),
  ].join('\n');
}
