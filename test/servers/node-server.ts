import { createServer, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** A server by node:http for the differential test. */
const TEXT = 'All work and no play. '.repeat(1000);
const ROUTES: Record<string, (response: ServerResponse) => void> = {
  '/fixed': (r) => void r.setHeader('content-length', 11).end('{"ok":true}'),
  '/chunked': (r) => {
    for (let i = 0; i < 5; i++) r.write(TEXT.slice(0, 1000));
    r.end();
  },
  '/gzip': (r) => void r.setHeader('content-encoding', 'gzip').end(gzipSync(TEXT)),
  '/hints': (r) => {
    r.writeEarlyHints({ link: '</style.css>; rel=preload' });
    r.writeProcessing();
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
  '/close': (r) => void r.setHeader('connection', 'close').end('the last one'),
  '/abort': (r) => {
    r.setHeader('content-length', 100).write('not a hundred bytes', () => r.destroy());
  },
};

createServer((request, response) => {
  const route = ROUTES[request.url!];
  if (route !== undefined) {
    response.sendDate = false;
    route(response);
  } else if (request.url!.startsWith('/echo')) {
    response.write(`${request.method} ${request.url} ${request.headers['x-a'] ?? ''} `);
    request.pipe(response);
  } else response.writeHead(404).end('nothing here');
}).listen(Number(process.argv[2]), '127.0.0.1');
