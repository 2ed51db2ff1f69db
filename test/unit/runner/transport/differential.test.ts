import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { WHOLE } from '../../../../model/load/engine-position.ts';
import { loadPlanOf } from '../../../../model/load/load-plan.ts';
import { requestChooser } from '../../../../model/load/request-chooser.ts';
import { rowChooser } from '../../../../model/request/data.ts';
import { drawsOf, fill, partsOf, templateOf } from '../../../../model/request/template.ts';
import { processClock } from '../../../../runner/engine/clock.ts';
import { createEngine } from '../../../../runner/engine/engine.ts';
import { eventLoopFigures } from '../../../../runner/process/event-loop.ts';
import { http } from '../../../../runner/protocol/http.ts';
import { prepareRequests } from '../../../../runner/request/prepare.ts';
import { readTable, scopesOf } from '../../../../runner/request/variables.ts';
import { transportFor } from '../../../../runner/transport/select.ts';
import { assertSameTexts } from '../../../support/results/same-texts.ts';

/** Starts a target that records every request as bytes and responds with a separate token to each. */
async function startRecorder(): Promise<{ port: number; received: string[] }> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    let rest = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let whole = first(rest); whole !== undefined; whole = first(rest)) {
        rest = rest.slice(whole.length);
        received.push(whole);
        const body = JSON.stringify({ token: `t${/login\?n=([0-9]+)/.exec(whole)?.[1]}` });
        const head = `HTTP/1.1 ${redirection(whole)}\r\nset-cookie: sid=${body.length}; Path=/\r\ncontent-length: ${body.length}`;
        socket.write(`${head}\r\n\r\n${whole.startsWith('HEAD ') ? '' : body}`);
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as { port: number }).port, received };
}

/** Redirects an order to another path, and from there to its result. */
function redirection(request: string): string {
  const [, path, number] = /[/](order|again)\?n=([0-9]+)/.exec(request) ?? [];
  if (path === 'order') return `307 Temporary Redirect\r\nlocation: /again?n=${number}`;
  return path === 'again' ? `303 See Other\r\nlocation: http://shop.test/done/${number}` : '200 OK';
}

function first(bytes: string): string | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = Number(/\r\ncontent-length: ([0-9]+)\r\n/i.exec(bytes.slice(0, end + 2))?.[1] ?? 0);
  return bytes.length < end + 4 + length ? undefined : bytes.slice(0, end + 4 + length);
}

const VALUES = new Map([
  ['ConfigMap/users/users.csv', Buffer.from('name,mail\nada,a@x\n"Grace, H","g""@x"\nJosé,j@x\n')],
  ['Secret/keys/k', Buffer.from('${index}')],
  ['Secret/proxy/username', Buffer.from('ada')],
  ['Secret/proxy/password', Buffer.from('sesame')],
  ['Secret/login/username', Buffer.from('ada\n')],
  ['Secret/login/password', Buffer.from('open:sesame\n')],
  ['ConfigMap/files/blob', Buffer.from([0, 255, 13, 10, 13, 10, 128])],
]);
const ROWS = [
  ['ada', 'a@x'],
  ['Grace, H', 'g"@x'],
  ['José', 'j@x'],
];
const NOW = 1_700_000_000_123;
const ENGINES = 3;
const SEED = 11;
const TEST = { name: 'diff', uid: 'u' };

/** Runs the load of the spec on three engines, like three workers. */
async function runLoad(spec: LoadTestSpec): Promise<void> {
  const table = readTable(spec, VALUES);
  assert.ok(!('problem' in table));
  const sequential = spec.requestOrder === 'Sequential';
  await Promise.all(
    Array.from({ length: ENGINES }, async (_, index) => {
      const plan = loadPlanOf(spec, { runner: { index, count: ENGINES }, worker: WHOLE.worker });
      const engine = createEngine({
        protocol: http,
        plan,
        seed: SEED,
        requests: prepareRequests(spec.target, spec.requests, VALUES, { columns: table.columns, sequential }),
        timeoutUs: 60_000_000, // of a starved machine
        transport: await transportFor(spec.target, VALUES),
        timing: processClock(performance.now()),
        loop: eventLoopFigures(),
        sequential,
        scopes: scopesOf({ spec, test: TEST, runner: index, series: plan.series, table, clock: () => NOW }),
      });
      await new Promise<void>((over) => engine.run(over));
    }),
  );
}

/** The expected bytes of a request, independent of the implementation. */
function bytes(port: number, line: string, headers: string[], body?: Buffer): string {
  const length = body === undefined ? [] : [`Content-Length: ${body.length}`];
  const head = [`${line} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, ...length].join('\r\n');
  return `${head}\r\n\r\n${(body ?? Buffer.alloc(0)).toString('latin1')}`;
}

const DEFAULTS = ['User-Agent: loadtest-operator', 'Accept: */*'];
/** Lasts for seconds, because the target shares its thread with three engines. */
const load = (perSecond: number, seconds: number) => ({
  type: 'Open',
  open: { stages: [{ duration: `${seconds}s`, rate: perSecond }] },
});

/** A request with sorted headers, without undici's redundant `connection: keep-alive`, and with two names in undici's letters. */
function sorted(request: string): string {
  const end = request.indexOf('\r\n\r\n');
  const [line, ...headers] = request.slice(0, end).split('\r\n');
  const kept = headers
    .filter((header) => header !== 'connection: keep-alive')
    .map((h) => h.replace(/^(Host|Content-Length):/, (name) => name.toLowerCase()));
  return [line, ...kept.sort()].join('\r\n') + request.slice(end);
}

/** Undici sends fewer requests, because each costs twice as much. */
for (const [transport, seconds, sent] of [
  ['Lean', 4, (request: string) => request],
  ['Undici', 1, sorted],
] as const) {
  const target = (port: number) => ({ url: `http://127.0.0.1:${port}/api`, http: { transport } });
  const same = (received: readonly string[], planned: readonly string[]) =>
    assertSameTexts(received.map(sent), planned.map(sent));

  test(`${transport} sends the planned bytes of requests with every kind of variable`, async () => {
    const { port, received } = await startRecorder();
    const spec = loadTestSpecSchema.parse({
      target: target(port),
      seed: SEED,
      data: { from: { configMapKeyRef: { name: 'users', key: 'users.csv' } }, format: 'CSV' },
      requests: [
        { name: 'static', weight: 2, path: '/plain?a=$${b}' },
        {
          name: 'path',
          path: '/u/${data.name}/${index}?r=${random(1,1000)}',
          headers: [{ name: 'X-Id', value: '${uuid}' }],
        },
        {
          name: 'json',
          method: 'POST',
          body: { type: 'JSON', json: { n: 1, who: '${data.name}', m: ['${data.mail}', '${now}'] } },
        },
        {
          name: 'form',
          method: 'PUT',
          body: { type: 'Form', form: [{ name: 'a b', value: '${data.mail}&${runner}' }] },
        },
        {
          name: 'text',
          method: 'POST',
          headers: [
            { name: 'X-Key', valueFrom: { secretKeyRef: { name: 'keys', key: 'k' } } },
            { name: 'X-Run', value: '${run}/${data.name}' },
          ],
          body: { type: 'Text', text: 'é ${index}' },
        },
        {
          name: 'blob',
          method: 'PATCH',
          body: { type: 'From', from: { configMapKeyRef: { name: 'files', key: 'blob' } } },
        },
      ],
      load: load(2750, seconds),
    });
    await runLoad(spec);

    const choose = requestChooser(
      spec.requests.map((r) => r.weight),
      SEED,
      WHOLE.runner,
    );
    const planned = Array.from({ length: 2750 * seconds }, (_, n) => {
      const [name, mail] = ROWS[n % 3] as [string, string];
      const request = choose(n);
      const scope = {
        index: n,
        runner: n % 3,
        run: 'diff',
        now: NOW,
        row: [],
        session: new Map(),
        random: drawsOf(SEED, n, request),
      };
      const drawn = (text: string) => fill(templateOf(partsOf(text, [])), scope);
      const form = `a+b=${encodeURIComponent(mail).replaceAll('%20', '+')}%26${n % 3}`;
      return [
        () => bytes(port, 'GET /api/plain?a=${b}', DEFAULTS),
        () => {
          const r = drawn('${random(1,1000)}');
          return bytes(port, `GET /api/u/${encodeURIComponent(name)}/${n}?r=${r}`, [
            `X-Id: ${drawn('${uuid}')}`,
            ...DEFAULTS,
          ]);
        },
        () => {
          const json = Buffer.from(JSON.stringify({ n: 1, who: name, m: [mail, String(NOW)] }));
          return bytes(port, 'POST /api', ['Content-Type: application/json', ...DEFAULTS], json);
        },
        () =>
          bytes(port, 'PUT /api', ['Content-Type: application/x-www-form-urlencoded', ...DEFAULTS], Buffer.from(form)),
        () => {
          const headers = [
            'X-Key: ${index}',
            `X-Run: diff/${name.replace('é', '%C3%A9')}`,
            'Content-Type: text/plain; charset=utf-8',
          ];
          return bytes(port, 'POST /api', [...headers, ...DEFAULTS], Buffer.from(`é ${n}`));
        },
        () => bytes(port, 'PATCH /api', DEFAULTS, Buffer.from([0, 255, 13, 10, 13, 10, 128])),
      ][request]!();
    });
    same(received, planned);
  });

  test(`${transport} sends the planned bytes of iterations of three requests, each with its own token and cookie`, async () => {
    const { port, received } = await startRecorder();
    const spec = loadTestSpecSchema.parse({
      target: target(port),
      requestOrder: 'Sequential',
      requests: [
        { name: 'login', path: '/login?n=${index}', extract: [{ name: 'token', jsonPointer: '/token' }] },
        { name: 'buy', method: 'POST', headers: [{ name: 'X-Token', value: '${session.token}' }] },
        {
          name: 'out',
          path: '/out/${session.token}',
          headers: [
            { name: 'Cookie', value: 'own=1' },
            { name: 'Host', value: 'shop' },
          ],
        },
      ],
      load: load(300, seconds),
    });
    await runLoad(spec);
    const planned = Array.from({ length: 300 * seconds }, (_, n) => {
      const sid = JSON.stringify({ token: `t${n}` }).length;
      const undefinedSid = JSON.stringify({ token: 'tundefined' }).length;
      return [
        bytes(port, `GET /api/login?n=${n}`, DEFAULTS),
        bytes(port, 'POST /api', [`X-Token: t${n}`, ...DEFAULTS, `Cookie: sid=${sid}`], Buffer.alloc(0)),
        `GET /api/out/t${n} HTTP/1.1\r\nCookie: own=1; sid=${undefinedSid}\r\nHost: shop\r\n${DEFAULTS.join('\r\n')}\r\n\r\n`,
      ];
    }).flat();
    same(received, planned);
  });

  test(`${transport} sends a proxy the planned bytes of orders with cookies that are redirected twice`, async () => {
    const { port, received } = await startRecorder();
    const proxy = {
      url: `http://127.0.0.1:${port}`,
      auth: { type: 'Basic', basic: { secretRef: { name: 'proxy' } } },
    };
    const spec = loadTestSpecSchema.parse({
      target: {
        url: 'http://shop.test/api',
        http: { transport, proxy, maxRedirects: 2, localAddresses: ['127.0.0.2', '127.0.0.3'] },
      },
      requestOrder: 'Sequential',
      requests: [
        { name: 'order', method: 'POST', path: '/order?n=${index}', body: { type: 'Text', text: 'order ${index}' } },
      ],
      load: load(450, seconds),
    });
    await runLoad(spec);
    const cookie = `Cookie: sid=${JSON.stringify({ token: 'tundefined' }).length}`;
    const credentials = `Proxy-Authorization: Basic ${Buffer.from('ada:sesame').toString('base64')}`;
    const type = 'Content-Type: text/plain; charset=utf-8';
    const planned = Array.from({ length: 450 * seconds }, (_, n) => {
      const post = (path: string, ...headers: string[]) =>
        [
          `POST http://shop.test${path}?n=${n} HTTP/1.1`,
          'Host: shop.test',
          ...[type, ...DEFAULTS, ...headers, credentials],
          `Content-Length: ${`order ${n}`.length}`,
          '',
          `order ${n}`,
        ].join('\r\n');
      const get = [
        `GET http://shop.test/done/${n} HTTP/1.1`,
        'Host: shop.test',
        ...DEFAULTS,
        cookie,
        credentials,
        '',
        '',
      ];
      return [post('/api/order'), post('/again', cookie), get.join('\r\n')];
    }).flat();
    same(received, planned);
  });

  test(`${transport} sends the planned bytes of files, gzip, a login, random rows, HEAD and DELETE`, async () => {
    const { port, received } = await startRecorder();
    const blob = { configMapKeyRef: { name: 'files', key: 'blob' } };
    const multipart = [
      { name: 'who', value: '${data.name} ${index}' },
      { name: 'file "1"', valueFrom: blob, filename: 'a.bin', contentType: 'image/x' },
    ];
    const spec = loadTestSpecSchema.parse({
      target: { ...target(port), auth: { type: 'Basic', basic: { secretRef: { name: 'login' } } } },
      seed: SEED,
      data: { from: { configMapKeyRef: { name: 'users', key: 'users.csv' } }, format: 'CSV', order: 'Random' },
      requests: [
        { name: 'parts', method: 'POST', body: { type: 'Multipart', multipart } },
        { name: 'gzip', method: 'PUT', body: { type: 'Text', text: '${data.name} ${index}', encoding: 'Gzip' } },
        { name: 'fixed', method: 'PATCH', body: { type: 'From', from: blob, encoding: 'Gzip' } },
        { name: 'head', method: 'HEAD', path: '/${data.name}' },
        { name: 'delete', method: 'DELETE', path: '/${index}' },
        { name: 'selected', method: 'DELETE', body: { type: 'JSON', json: ['${index}'] } },
      ],
      load: load(900, seconds),
    });
    await runLoad(spec);

    const [, boundary] = /boundary=(loadtest-[0-9a-f]{32})\r\n/.exec(received.join(''))!;
    const choose = requestChooser(
      spec.requests.map((r) => r.weight),
      SEED,
      WHOLE.runner,
    );
    const rowOf = rowChooser(ROWS.length, 'Random', SEED, WHOLE.runner);
    const login = `Authorization: Basic ${Buffer.from('ada:open:sesame').toString('base64')}`;
    const headers = (...own: string[]) => [login, ...own, ...DEFAULTS];
    const text = 'Content-Type: text/plain; charset=utf-8';
    const file = Buffer.from([0, 255, 13, 10, 13, 10, 128]);
    const planned = Array.from({ length: 900 * seconds }, (_, n) => {
      const [name] = ROWS[rowOf(n)] as [string, string];
      const parts = Buffer.concat([
        Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="who"\r\n\r\n${name} ${n}\r\n`),
        Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file %221%22"; filename="a.bin"\r\n`),
        Buffer.from('content-type: image/x\r\n\r\n'),
        file,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]);
      return [
        () => bytes(port, 'POST /api', headers(`Content-Type: multipart/form-data; boundary=${boundary}`), parts),
        () => bytes(port, 'PUT /api', headers(text, 'Content-Encoding: gzip'), gzipSync(`${name} ${n}`)),
        () => bytes(port, 'PATCH /api', headers('Content-Encoding: gzip'), gzipSync(file)),
        () => bytes(port, `HEAD /api/${encodeURIComponent(name)}`, headers()),
        () => bytes(port, `DELETE /api/${n}`, headers()),
        () => bytes(port, 'DELETE /api', headers('Content-Type: application/json'), Buffer.from(`["${n}"]`)),
      ][choose(n)]!();
    });
    same(received, planned);
  });
}
