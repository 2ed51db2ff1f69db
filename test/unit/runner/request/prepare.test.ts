import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { bodySchema } from '../../../../api/loadtest/body/body.ts';
import { requestSchema } from '../../../../api/loadtest/request.ts';
import { targetSchema } from '../../../../api/loadtest/target/target.ts';
import { fill, type Scope } from '../../../../model/request/template.ts';
import { prepareBody } from '../../../../runner/request/body/body.ts';
import { pathOf, pathTemplate } from '../../../../runner/request/path.ts';
import { prepareRequests } from '../../../../runner/request/prepare.ts';

const VALUES = new Map(
  Object.entries({
    'Secret/login/username': 'ada',
    'Secret/login/password': 'pass:word',
    'Secret/api/token': 'abc123\n',
    'Secret/keys/x': 's3cret',
    'Secret/files/username': 'ada\r\n',
    'Secret/files/password': 'p\u00e9ss\n',
    'Secret/files/once': 'two\n\n',
    'ConfigMap/bodies/order.xml': '<order/>',
  }).map(([path, text]) => [path, Buffer.from(text)]),
);

function prepare(request: object, target: object = {}) {
  const [prepared] = prepareRequests(
    targetSchema.parse({ url: 'http://shop/api', ...target }),
    [requestSchema.parse({ name: 'r', method: 'POST', ...request })],
    VALUES,
  );
  const { headers } = prepared!;
  const names = headers.filter((_, i) => i % 2 === 0);
  const header = (name: string) => headers[2 * names.findIndex((n) => n.toLowerCase() === name) + 1];
  return { ...prepared!, header, names };
}

const PATHS: [base: string, path: string | undefined, whole: string][] = [
  ['/', undefined, '/'],
  ['/api', undefined, '/api'],
  ['/', '/orders', '/orders'],
  ['/api', '/orders', '/api/orders'],
  ['/api/', '/orders', '/api/orders'],
  ['/api', '?page=1', '/api?page=1'],
  ['/', '/orders?page=1', '/orders?page=1'],
];
for (const [base, path, whole] of PATHS) {
  test(`the path ${path ?? '(none)'} below the base ${base} is ${whole}`, () =>
    assert.equal(pathOf(base, path), whole));
}

test('basic authentication sends the user name and password of the Secret', () => {
  const { header } = prepare({}, { auth: { type: 'Basic', basic: { secretRef: { name: 'login' } } } });
  assert.equal(header('authorization'), `Basic ${Buffer.from('ada:pass:word').toString('base64')}`);
});

test('a bearer token loses its trailing line end, which editors add', () => {
  const { header } = prepare({}, { auth: { type: 'Bearer', bearer: { secretKeyRef: { name: 'api', key: 'token' } } } });
  assert.equal(header('authorization'), 'Bearer abc123');
});

test('a user name, a password and a header lose one trailing line end of their file', () => {
  const { header } = prepare(
    {
      headers: ['username', 'once'].map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: 'files', key } } })),
    },
    { auth: { type: 'Basic', basic: { secretRef: { name: 'files' } } } },
  );
  assert.equal(header('authorization'), `Basic ${Buffer.from('ada:p\u00e9ss').toString('base64')}`);
  assert.deepEqual([header('username'), header('once')], ['ada', 'two\n']);
});

test('a JSON body is serialized once and has its content type', () => {
  const { body, header } = prepare({ body: { type: 'JSON', json: { sku: 'a1', qty: 2 } } });
  assert.equal(body?.toString(), '{"sku":"a1","qty":2}');
  assert.equal(header('content-type'), 'application/json');
});

test('a form body has values from the spec and from Secrets', () => {
  const form = [
    { name: 'a b', value: 'c&d' },
    { name: 'key', valueFrom: { secretKeyRef: { name: 'keys', key: 'x' } } },
  ];
  const { body, header } = prepare({ body: { type: 'Form', form } });
  assert.equal(body?.toString(), 'a+b=c%26d&key=s3cret');
  assert.equal(header('content-type'), 'application/x-www-form-urlencoded');
});

test('a body from a ConfigMap has its bytes and no default content type', () => {
  const { body, names } = prepare({
    body: { type: 'From', from: { configMapKeyRef: { name: 'bodies', key: 'order.xml' } } },
  });
  assert.equal(body?.toString(), '<order/>');
  assert.ok(!names.includes('content-type'));
});

test('a header in the spec replaces the default header of the same name, in any case', () => {
  const { headers, names, header } = prepare({
    headers: [
      { name: 'Content-Type', value: 'application/vnd.shop+json' },
      { name: 'X-Key', valueFrom: { secretKeyRef: { name: 'keys', key: 'x' } } },
    ],
    body: { type: 'JSON', json: [] },
  });
  assert.equal(header('content-type'), 'application/vnd.shop+json');
  assert.equal(header('x-key'), 's3cret');
  assert.equal(names.filter((n) => n.toLowerCase() === 'content-type').length, 1);
  assert.equal(headers.length % 2, 0);
});

const SCOPE: Scope = {
  index: 7,
  runner: 2,
  run: 'checkout',
  now: 5,
  random: () => 0,
  row: ['a b/ü', 'x"\r\ny'],
  session: new Map(),
};

const RAW: [base: string, path: string, value: string, whole: string][] = [
  ['/api', '${data.name|raw}', '/items/1?x=2&y=%20', '/api/items/1?x=2&y=%20'],
  ['/api', '${data.name|raw}', 'items/1', '/api/items/1'],
  ['/api', '${data.name|raw}', '?x=1', '/api?x=1'],
  ['/', '${data.name|raw}', '/a', '/a'],
  ['/', '${data.name|raw}', '', '/'],
  ['/api/', '/v1/${data.name|raw}?n=${index}', 'a/b', '/api/v1/a/b?n=7'],
  ['/', '/${data.name|raw}', 'a b\r\nHost: x\u0000', '/a%20b%0D%0AHost:%20x%00'],
  ['/', '/${data.name|raw}', '100%&%zz', '/100%&%zz'],
  ['/', '${data.name|raw}', 'http://other.test/x?y=1', '/x?y=1'],
  ['/api', '${data.name|raw}', 'HTTPS://user@other.test:8443?y=1', '/api?y=1'],
  ['/', '${data.name|raw}', 'http://other.test', '/'],
  ['/api', '${data.name|raw}', '*', '*'],
  ['/api', '${data.name|raw}', '-', '-'],
  ['/', '${data.name|raw}', '*x', '/*x'],
  ['/', '${data.name|raw}?a', '*', '/*?a'],
  ['/', '/to?u=${data.name|raw}', 'http://other.test/x', '/to?u=http://other.test/x'],
  ['/', '/${data.name|raw}', 'a#b', '/a%23b'],
  ['/', '/${data.name|raw}', 'zürich\ud800', '/z%C3%BCrich%EF%BF%BD'],
  ['/', '/${data.name}', '/items/1?x=2', '/%2Fitems%2F1%3Fx%3D2'],
];
for (const [base, path, value, whole] of RAW)
  test(`${path} below ${base} with ${JSON.stringify(value)} is ${whole}`, () =>
    assert.equal(fill(pathTemplate(base, path, ['name']), { ...SCOPE, row: [value] }), whole));

test('method and expected status come from the row, and a row with HEAD has no body', () => {
  const [prepared] = prepareRequests(
    targetSchema.parse({ url: 'http://shop' }),
    [
      requestSchema.parse({
        name: 'r',
        method: '${data.m}',
        body: { type: 'Text', text: 'x' },
        expect: { status: ['304', '${data.s}'] },
      }),
    ],
    VALUES,
    { columns: ['m', 's'] },
  );
  const of = (m: string, s: string) => {
    const { method, body, headers, expectsStatus, expectedStatus } = prepared!.render!({ ...SCOPE, row: [m, s] });
    const accepted = [200, 304, 404, 405].filter(expectsStatus);
    return [method, body?.toString(), headers.includes('Content-Type'), expectedStatus, accepted];
  };
  assert.deepEqual(of('POST', '404'), ['POST', 'x', true, 'one of 304, 404', [304, 404]]);
  assert.deepEqual(of('HEAD', '4xx'), ['HEAD', undefined, false, 'one of 304, 4xx', [304, 404, 405]]);
  assert.deepEqual(of('GET', '200'), ['GET', 'x', true, 'one of 304, 200', [200, 304]]);
});

const JSON_VALUES: [json: unknown, value: string, sent: unknown][] = [
  [{ n: '${data.name|json}' }, '5', { n: 5 }],
  [{ n: '${data.name|json}' }, '12345678901234567890', '{"n":12345678901234567890}'],
  [['${data.name|json}', '${data.name}'], 'true', [true, 'true']],
  [{ n: '${data.name|json}' }, '{"a":[null]}', { n: { a: [null] } }],
  [{ n: '${data.name|json}' }, 'x"y', { n: 'x"y' }],
  [{ n: '${data.name|json}' }, '', { n: '' }],
  ['${index|json}', '', 7],
  [{ n: '${random(3, 3)|json}' }, '', { n: 3 }],
  ['$${index|json}', '', '"${index|json}"'],
];
for (const [json, value, sent] of JSON_VALUES)
  test(`${JSON.stringify(json)} with ${value || 'nothing'} is sent as ${JSON.stringify(sent)}`, () => {
    const body = bodySchema.parse({ type: 'JSON', json });
    const { content } = prepareBody(body, { values: new Map(), columns: ['name'] });
    const bytes = typeof content === 'function' ? content({ ...SCOPE, row: [value] }) : content!;
    assert.equal(bytes.toString(), typeof sent === 'string' ? sent : JSON.stringify(sent));
  });

test('a request without variables is the same for every arrival', () => {
  const { fixed, render, path } = prepare({ path: '/a?b=$${c}', headers: [{ name: 'a', value: '$' }] });
  assert.deepEqual([fixed, render, path], [true, null, '/api/a?b=${c}']);
});

test('variables are replaced everywhere, each in the encoding of its context', () => {
  const [prepared] = prepareRequests(
    targetSchema.parse({ url: 'http://shop/api' }),
    [
      requestSchema.parse({
        name: 'r',
        method: 'POST',
        path: '/${data.name}?n=${index}',
        headers: [{ name: 'X-Odd', value: '${data.odd}-${data.name}' }],
        body: { type: 'JSON', json: { name: '${data.name}', odd: ['${data.odd}'], n: 1 } },
      }),
    ],
    VALUES,
    { columns: ['name', 'odd'] },
  );
  const { path, headers, body, fixed } = prepared!.render!(SCOPE);
  assert.equal(fixed, false);
  assert.equal(path, '/api/a%20b%2F%C3%BC?n=7');
  assert.equal(headers[1], 'x"%0D%0Ay-a b/%C3%BC');
  assert.deepEqual(JSON.parse(body!.toString()), { name: 'a b/ü', odd: ['x"\r\ny'], n: 1 });
});

test('a form encodes the values of its variables', () => {
  const { render } = prepare({
    body: {
      type: 'Form',
      form: [
        { name: 'a&b', value: 'é ${run}=${index}' },
        { name: 'c', value: '$${d}' },
      ],
    },
  });
  assert.equal(render!(SCOPE).body!.toString(), 'a%26b=%C3%A9+checkout%3D7&c=%24%7Bd%7D');
});

test('values from Secrets are not templates', () => {
  const [prepared] = prepareRequests(
    targetSchema.parse({ url: 'http://shop' }),
    [
      requestSchema.parse({
        name: 'r',
        headers: [{ name: 'k', valueFrom: { secretKeyRef: { name: 'k', key: 'x' } } }],
      }),
    ],
    new Map([['Secret/k/x', Buffer.from('${index}')]]),
  );
  assert.equal(prepared!.fixed, true);
  assert.equal(prepared!.headers[1], '${index}');
});

test('another implementation parses a multipart body with values, files and bytes', async () => {
  const bytes = Buffer.from([0, 13, 10, 45, 45, 255]);
  const [prepared] = prepareRequests(
    targetSchema.parse({ url: 'http://shop' }),
    [
      requestSchema.parse({
        name: 'r',
        method: 'POST',
        body: {
          type: 'Multipart',
          multipart: [
            { name: 'wer "ä"', value: 'é ${run} ${data.name}' },
            {
              name: 'file',
              valueFrom: { configMapKeyRef: { name: 'f', key: 'k' } },
              filename: 'a b.bin',
              contentType: 'image/x',
            },
          ],
        },
      }),
    ],
    new Map([['ConfigMap/f/k', bytes]]),
    { columns: ['name'] },
  );
  const { headers, body } = prepared!.render!(SCOPE);
  const form = await new Response(body, { headers: { 'content-type': headers[1]! } }).formData();
  assert.equal(form.get('wer "ä"'), 'é checkout a b/ü');
  const file = form.get('file') as File;
  assert.deepEqual([file.name, file.type, Buffer.from(await file.arrayBuffer())], ['a b.bin', 'image/x', bytes]);
});

test('a gzipped body has its content-encoding, with and without variables', () => {
  for (const [text, filled] of [
    ['plain ü', 'plain ü'],
    ['n ${index}', 'n 7'],
  ] as const) {
    const prepared = prepare({ body: { type: 'Text', text, encoding: 'Gzip' } });
    assert.equal(prepared.fixed, text === filled);
    const { body, headers } = prepared.render?.(SCOPE) ?? prepared;
    assert.equal(gunzipSync(body!).toString(), filled);
    assert.equal(headers[headers.indexOf('Content-Encoding') + 1], 'gzip');
  }
});
