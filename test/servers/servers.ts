import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, contentHash } from '../cluster/build/cache.ts';
import { findProgram } from '../cluster/build/packages.ts';
import { findGo } from '../cluster/build/toolchain.ts';
import { run } from '../cluster/system/run.ts';
import type { Certificates } from '../support/certificates.ts';
import { pythonWith } from './python.ts';
import { freePorts, type Running, start } from './running.ts';

/** A running server with its URLs; `http2` names those that also serve HTTP/2. */
export type RunningServer = Running & { http: string; https?: string; closing?: string; http2: ('http' | 'https')[] };

/** The input of every server: an empty folder and certificates. */
export type ServerOptions = { dir: string; certificates: Certificates };

const TEXT = 'All work and no play. '.repeat(1000);

/** Writes the files that the file servers serve, and the certificates in the formats that they need. */
function writeFiles({ dir, certificates }: ServerOptions): { root: string; cert: string; key: string; both: string } {
  const root = join(dir, 'www');
  mkdirSync(root, { recursive: true, mode: 0o755 });
  writeFileSync(join(root, 'fixed'), '{"ok":true}');
  writeFileSync(join(root, 'text.txt'), TEXT);
  writeFileSync(join(root, 'empty'), '');
  const at = (name: string, ...parts: Buffer[]) => {
    writeFileSync(join(dir, name), Buffer.concat(parts));
    return join(dir, name);
  };
  const { cert, key } = certificates.server;
  return { root, cert: at('server.crt', cert), key: at('server.key', key), both: at('server.pem', cert, key) };
}

/** `retiring` ends each connection after 50 requests, over HTTP/2 by GOAWAY. */
export async function nginx(options: ServerOptions): Promise<RunningServer & { retiring: string }> {
  const { dir } = options;
  const { root, cert, key } = writeFiles(options);
  const [http, h2c, https, closing, retiring] = await freePorts(5);
  const config = join(dir, 'nginx.conf');
  const site = `root ${root}; location = /204 { return 204; }`;
  writeFileSync(
    config,
    `daemon off; pid ${dir}/nginx.pid; error_log stderr; worker_processes 1; ${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off; types { text/plain txt; } default_type application/json; gzip on; gzip_min_length 100; keepalive_requests 1000000;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
  server { listen 127.0.0.1:${http}; ${site} }
  server { listen 127.0.0.1:${h2c} http2; ${site} }
  server { listen 127.0.0.1:${https} ssl http2; ssl_certificate ${cert}; ssl_certificate_key ${key}; ${site} }
  server { listen 127.0.0.1:${closing}; keepalive_timeout 0; ${site} }
  server { listen 127.0.0.1:${retiring} ssl http2; ssl_certificate ${cert}; ssl_certificate_key ${key}; keepalive_requests 50; ${site} }
}`,
  );
  const program = findProgram('nginx')!;
  const running = await start([program, '-c', config, '-p', dir], [http!, h2c!, https!, closing!, retiring!]);
  return { ...running, ...urls({ http, https, closing }), retiring: `https://127.0.0.1:${retiring}`, http2: ['https'] };
}

export async function apache(options: ServerOptions): Promise<RunningServer> {
  const { dir } = options;
  const { root, cert, key } = writeFiles(options);
  const [http, https, closing] = await freePorts(3);
  const config = join(dir, 'apache.conf');
  const load = (...modules: string[]) =>
    modules.map((m) => `LoadModule ${m}_module /usr/lib/apache2/modules/mod_${m}.so`).join('\n');
  writeFileSync(
    config,
    `ServerRoot ${dir}
ServerName localhost
PidFile ${dir}/apache.pid
ErrorLog ${dir}/error.log
${load('mpm_event', 'authz_core', 'deflate', 'filter', 'ssl', 'http2', 'alias', 'mime')}
TypesConfig /dev/null
AddType text/plain .txt
AddOutputFilterByType DEFLATE text/plain
Listen 127.0.0.1:${http}
Listen 127.0.0.1:${https}
Listen 127.0.0.1:${closing}
KeepAlive On
MaxKeepAliveRequests 0
Protocols h2c http/1.1
DocumentRoot ${root}
RedirectMatch 204 ^/204$
<VirtualHost 127.0.0.1:${https}>
  Protocols h2 http/1.1
  SSLEngine on
  SSLCertificateFile ${cert}
  SSLCertificateKeyFile ${key}
</VirtualHost>
<VirtualHost 127.0.0.1:${closing}>
  KeepAlive Off
</VirtualHost>
`,
  );
  const program = findProgram('apache2')!;
  const running = await start([program, '-f', config, '-DFOREGROUND'], [http!, https!, closing!], {
    APACHE_RUN_DIR: dir,
  });
  return { ...running, ...urls({ http, https, closing }), http2: ['http', 'https'] };
}

/** haproxy, which forwards to nginx, and responds to /self itself. */
export async function haproxy(options: ServerOptions): Promise<RunningServer> {
  const { dir } = options;
  const { both } = writeFiles(options);
  const behind = await nginx({ ...options, dir: join(dir, 'nginx') });
  const [http, https, closing] = await freePorts(3);
  const config = join(dir, 'haproxy.cfg');
  writeFileSync(
    config,
    `global
  maxconn 1000
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend plain
  bind 127.0.0.1:${http}
  bind 127.0.0.1:${https} ssl crt ${both} alpn h2,http/1.1
  http-request return status 200 content-type text/plain string "by itself" if { path /self }
  default_backend nginx
frontend closing
  bind 127.0.0.1:${closing}
  option httpclose
  http-request return status 200 content-type text/plain string "by itself" if { path /self }
  default_backend nginx
backend nginx
  server nginx ${new URL(behind.http).host}
`,
  );
  const running = await start([findProgram('haproxy')!, '-f', config, '-db'], [http!, https!, closing!]);
  const close = async () => {
    await running.close();
    await behind.close();
  };
  return { close, ...urls({ http, https, closing }), http2: ['http', 'https'] };
}

/** h2o, which forwards to nginx. */
export async function h2o(options: ServerOptions): Promise<RunningServer> {
  const { dir } = options;
  const { cert, key } = writeFiles(options);
  const behind = await nginx({ ...options, dir: join(dir, 'nginx') });
  const [http, https] = await freePorts(2);
  const config = join(dir, 'h2o.yaml');
  writeFileSync(
    config,
    `pid-file: ${dir}/h2o.pid
error-log: ${dir}/error.log
${process.getuid?.() === 0 ? 'user: root' : ''}
num-threads: 1
listen: {host: 127.0.0.1, port: ${http}}
listen: {host: 127.0.0.1, port: ${https}, ssl: {certificate-file: ${cert}, key-file: ${key}}}
hosts:
  default:
    paths:
      /: {proxy.reverse.url: "${behind.http}/"}
`,
  );
  const running = await start([findProgram('h2o')!, '-m', 'worker', '-c', config], [http!, https!]);
  const close = async () => {
    await running.close();
    await behind.close();
  };
  return { close, ...urls({ http, https }), http2: ['http', 'https'] };
}

export async function goServer(options: ServerOptions): Promise<RunningServer> {
  const { cert, key } = writeFiles(options);
  const source = join(import.meta.dirname, 'server.go');
  const binary = await cached(`go-http-server-${contentHash(source)}`, async (path) => {
    const go = await findGo(() => {});
    await run([go, 'build', '-o', path, source], { env: { CGO_ENABLED: '0' } });
  });
  const [http, https] = await freePorts(2);
  const running = await start([binary, String(http), String(https), cert, key], [http!, https!]);
  return { ...running, ...urls({ http, https }), http2: ['http', 'https'] };
}

export async function nodeServer(options: ServerOptions): Promise<RunningServer> {
  const { cert, key } = writeFiles(options);
  const [http, https] = await freePorts(2);
  const source = join(import.meta.dirname, 'node-server.ts');
  const running = await start([process.execPath, source, String(http), String(https), cert, key], [http!, https!]);
  return { ...running, ...urls({ http, https }), http2: ['https'] };
}

/**
 * httpbin under gunicorn, in a cached virtual environment. It uses one thread, because httpbin generates bodies from Python's random numbers,
 * which all threads share.
 */
export async function httpbin(): Promise<RunningServer> {
  const python = await pythonWith('httpbin', ['httpbin==0.10.2', 'gunicorn==23.0.0']);
  const [http] = await freePorts(1);
  const gunicorn = [python, '-m', 'gunicorn', '-k', 'gthread', '--threads', '1'];
  const running = await start([...gunicorn, '-b', `127.0.0.1:${http}`, 'httpbin:app'], [http!]);
  return { ...running, ...urls({ http }), http2: [] };
}

type Ports = { http: number | undefined; https?: number | undefined; closing?: number | undefined };

function urls({ http, https, closing }: Ports): { http: string; https?: string; closing?: string } {
  return {
    http: `http://127.0.0.1:${http}`,
    ...(https === undefined ? {} : { https: `https://127.0.0.1:${https}` }),
    ...(closing === undefined ? {} : { closing: `http://127.0.0.1:${closing}` }),
  };
}
