import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { gzipSync } from 'node:zlib';

/** Servers by node:http and, over TLS, node:http2 for the differential test. Their objects have the same methods, but for writeProcessing. */
const TEXT = 'All work and no play. '.repeat(1000);
const ROUTES: Record<string, (response: ServerResponse) => void> = {
  '/fixed': (r) => {
    r.setHeader('content-length', 11);
    r.end('{"ok":true}');
  },
  '/chunked': (r) => {
    for (let i = 0; i < 5; i++) r.write(TEXT.slice(0, 1000));
    r.end();
  },
  '/long': (r) => void r.end(TEXT.repeat(5)),
  '/gzip': (r) => {
    r.setHeader('content-encoding', 'gzip');
    r.end(gzipSync(TEXT));
  },
  '/hints': (r) => {
    r.writeEarlyHints({ link: '</style.css>; rel=preload' });
    r.writeProcessing?.();
    r.end('after two informational responses');
  },
  '/trailers': (r) => {
    r.setHeader('trailer', 'x-sum');
    r.write(TEXT);
    r.addTrailers({ 'x-sum': '1' });
    r.end();
  },
  '/204': (r) => void r.writeHead(204).end(),
  '/304': (r) => void r.writeHead(304).end(),
  '/close': (r) => {
    r.setHeader('connection', 'close');
    r.end('the last one');
  },
  '/abort': (r) => {
    r.setHeader('content-length', 100);
    r.write('not a hundred bytes', () => r.destroy());
  },
};

function respond(request: IncomingMessage, response: ServerResponse): void {
  const route = ROUTES[request.url!];
  if (route !== undefined) {
    response.sendDate = false;
    route(response);
  } else if (request.url!.startsWith('/echo')) {
    response.write(`${request.method} ${request.url} ${request.headers['x-a'] ?? ''} `);
    request.pipe(response);
  } else response.writeHead(404).end('nothing here');
}

const [httpPort, httpsPort, cert = '', key = ''] = process.argv.slice(2);
createServer(respond).listen(Number(httpPort), '127.0.0.1');
const options = { cert: readFileSync(cert), key: readFileSync(key), allowHTTP1: true };
createSecureServer(options, respond as never).listen(Number(httpsPort), '127.0.0.1');
