import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestSchema } from '../../api/request.ts';
import { targetSchema } from '../../api/target.ts';
import { pathOf, prepareRequests } from '../../runner/requests.ts';

const VALUES = new Map(
  Object.entries({
    'Secret/login/username': 'ada',
    'Secret/login/password': 'pass:word',
    'Secret/api/token': 'abc123\n',
    'Secret/keys/x': 's3cret',
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
  test(`path: ${path ?? 'none'} below ${base} is ${whole}`, () => assert.equal(pathOf(base, path), whole));
}

test('basic authentication is user and password of the Secret', () => {
  const { header } = prepare({}, { auth: { type: 'Basic', basic: { secretRef: { name: 'login' } } } });
  assert.equal(header('authorization'), `Basic ${Buffer.from('ada:pass:word').toString('base64')}`);
});

test('a bearer token loses the line end that editors put behind it', () => {
  const { header } = prepare({}, { auth: { type: 'Bearer', bearer: { secretKeyRef: { name: 'api', key: 'token' } } } });
  assert.equal(header('authorization'), 'Bearer abc123');
});

test('a JSON body is serialised once, with its content type', () => {
  const { body, header } = prepare({ body: { type: 'JSON', json: { sku: 'a1', qty: 2 } } });
  assert.equal(body?.toString(), '{"sku":"a1","qty":2}');
  assert.equal(header('content-type'), 'application/json');
});

test('a form body takes values from the spec and from Secrets', () => {
  const form = [
    { name: 'a b', value: 'c&d' },
    { name: 'key', valueFrom: { secretKeyRef: { name: 'keys', key: 'x' } } },
  ];
  const { body, header } = prepare({ body: { type: 'Form', form } });
  assert.equal(body?.toString(), 'a+b=c%26d&key=s3cret');
  assert.equal(header('content-type'), 'application/x-www-form-urlencoded');
});

test('a body from a ConfigMap is its bytes, without a content type of ours', () => {
  const { body, names } = prepare({
    body: { type: 'From', from: { configMapKeyRef: { name: 'bodies', key: 'order.xml' } } },
  });
  assert.equal(body?.toString(), '<order/>');
  assert.ok(!names.includes('content-type'));
});

test('a header of the spec replaces ours of the same name, whatever its case', () => {
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
