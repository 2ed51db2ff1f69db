import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, installPackages } from '../test/cluster/build/packages.ts';
import { run } from '../test/cluster/system/run.ts';
import { until } from '../test/cluster/system/wait.ts';
import type { Log } from './install.ts';
import type { Scenario } from './scenario.ts';

/** A server on loopback, pinned to cores of its own. */
export interface Target {
  url: string;
  /** The same over TLS, with HTTP/2, if it has TLS. */
  secureUrl?: string;
  /** File of the self-signed certificate of `secureUrl`. */
  certificate?: string;
  /** Requests that it has read so far, except those of this object. */
  requests(): Promise<number>;
  /** Stops it for `ms`. Returns the begin of the stall in epoch milliseconds, and its actual length. */
  freeze(ms: number): Promise<{ atMs: number; forMs: number }>;
  /** The times of its responses in epoch milliseconds, if it has a log. */
  responses(): Promise<LoggedResponse[]>;
  close(): Promise<void>;
}

export type LoggedResponse = { path: string; atMs: number };

/** Empty: the target has no log, which costs CPU time. */
type AccessLog = 'access.log' | '';
const LOG_FLUSH_MS = 100;

const BODY = '{"status":"ok","item":"a1","price":1999,"stock":1042}';
const BACKLOG = 4096;

/** Connections are distributed evenly among the workers. */
const listening = (workers: number) => `backlog=${BACKLOG}${workers > 1 ? ' reuseport' : ''}`;

const config = (ports: { plain: number; secure: number }, workers: number, log: AccessLog) => `
daemon off;
user root;
worker_processes ${workers};
worker_rlimit_nofile 16384;
pid nginx.pid;
error_log error.log;
events { worker_connections 15000; }
http {
  log_format responses '$msec $uri';
  access_log ${log ? `${log} responses buffer=64k flush=${LOG_FLUSH_MS}ms` : 'off'};
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  default_type application/json;
  client_body_temp_path temp;
  proxy_temp_path temp;
  fastcgi_temp_path temp;
  uwsgi_temp_path temp;
  scgi_temp_path temp;
  server {
    listen 127.0.0.1:${ports.plain} ${listening(workers)};
    listen 127.0.0.1:${ports.secure} ssl http2 ${listening(workers)};
    ssl_certificate certificate.pem;
    ssl_certificate_key key.pem;
    location / { return 200 '${BODY}'; }
    location = /status { stub_status; access_log off; }
  }
}
`;

/** Starts nginx with its files in `dir` and a worker for each of `cores`; installs it if it is missing. Every response is 53 bytes of JSON. */
export async function startTarget(
  dir: string,
  cores: readonly number[],
  log: Log,
  accessLog: AccessLog = '',
): Promise<Target> {
  if (findProgram('nginx') === undefined) await installPackages(['nginx-light'], log);
  const ports = { plain: await freePort(), secure: await freePort() };
  await makeCertificate(dir);
  const file = join(dir, 'nginx.conf');
  writeFileSync(file, config(ports, cores.length, accessLog));
  const command = ['-c', cores.join(','), findProgram('nginx') ?? 'nginx', '-p', dir, '-e', 'error.log', '-c', file];
  const master = spawn('taskset', command, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${ports.plain}`;
  const patience = { timeoutMs: 10_000, intervalMs: 20, assertPossible: () => assertRunning(master, dir) };
  const workers = await until('nginx', () => workersOf(master, cores.length), patience);
  await until('nginx', () => statusOf(url), patience);
  return nginxTarget(master, workers, dir, ports);
}

function nginxTarget(
  master: ChildProcess,
  workers: readonly number[],
  dir: string,
  ports: { plain: number; secure: number },
): Target {
  const url = `http://127.0.0.1:${ports.plain}`;
  let ownRequests = 1; // that of the start
  return {
    url: `${url}/`,
    secureUrl: `https://127.0.0.1:${ports.secure}/`,
    certificate: join(dir, 'certificate.pem'),
    async requests() {
      ownRequests++;
      return (await statusOf(url)) - ownRequests;
    },
    freeze: (ms) => frozen(workers, ms),
    async responses() {
      await sleep(3 * LOG_FLUSH_MS);
      const file = join(dir, 'access.log');
      return existsSync(file) ? parseLog(readFileSync(file, 'utf8')) : [];
    },
    async close() {
      const closed = new Promise((done) => master.once('exit', done));
      master.kill('SIGTERM');
      await closed;
    },
  };
}

/** The target's URL for the protocol of a scenario. */
export function urlOf({ url, secureUrl }: Target, { protocol }: Pick<Scenario, 'protocol'>): string {
  return protocol === 'https' || protocol === 'h2' ? secureUrl! : url;
}

/** Stops processes for `ms`; returns as `Target.freeze` does. */
export async function frozen(pids: readonly number[], ms: number): Promise<{ atMs: number; forMs: number }> {
  const atMs = clock();
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  while (clock() < atMs + ms) await new Promise((done) => setTimeout(done, atMs + ms - clock() > 3 ? 2 : 0));
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  return { atMs, forMs: clock() - atMs };
}

/** Parses lines such as "1795494023.993 /17". */
export function parseLog(log: string): LoggedResponse[] {
  const lines = log.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [seconds = '', path = ''] = line.split(' ');
    return { path, atMs: Number(seconds) * 1e3 };
  });
}

/** Epoch milliseconds with their fraction. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

async function statusOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/status`, { headers: { connection: 'close' } })).text();
  const requests = /requests\s+\d+\s+\d+\s+(\d+)/.exec(text)?.[1];
  if (requests === undefined) throw new Error(`unexpected status of nginx: ${text}`);
  return Number(requests);
}

function workersOf({ pid }: ChildProcess, count: number): number[] | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.length < count ? undefined : children.map(Number);
}

function assertRunning(master: ChildProcess, dir: string): void {
  if (master.exitCode !== null) throw new Error(`nginx ended: ${readFileSync(join(dir, 'error.log'), 'utf8')}`);
}

async function makeCertificate(dir: string): Promise<void> {
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '30'];
  await run(['openssl', 'req', '-x509', ...curve, '-keyout', key, '-out', certificate, ...subject]);
}

/** A port on which nothing listened a moment ago. */
function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
