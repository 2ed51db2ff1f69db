import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestOfUrl } from '../../../../cli/given/loadtest-of-url.ts';
import type { UrlOptions } from '../../../../cli/given/url-options.ts';

const files: Record<string, Buffer> = {
  'order.json': Buffer.from('{"sku": "a1"}\n'),
  'image.png': Buffer.from([0x89, 0x50, 0xff]),
};
const surroundings = {
  env: { TOKEN: 'Bearer t' },
  readFile: (path: string) => {
    const content = files[path];
    if (content === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return content;
  },
};
const made = (url: string, options: UrlOptions = {}) => {
  const result = loadTestOfUrl(url, options, surroundings);
  assert.ok('objects' in result, JSON.stringify(result));
  return result;
};
const specOf = (url: string, options: UrlOptions = {}) =>
  made(url, options).objects.at(-1)!.spec as { target: object; requests: object[]; load: object };

describe('the target of a URL', () => {
  const rows: [url: string, target: string, path: string | undefined, name: string][] = [
    ['http://shop.test', 'http://shop.test', undefined, 'shop.test'],
    ['http://shop.test/', 'http://shop.test', '/', 'shop.test'],
    ['https://shop.test:8443/a/b?c=d&e#f', 'https://shop.test:8443', '/a/b?c=d&e', 'shop.test'],
    ['http://shop.test?q=1', 'http://shop.test', '?q=1', 'shop.test'],
    ['http://127.0.0.1:8080/a/../b', 'http://127.0.0.1:8080', '/a/../b', '127.0.0.1'],
    ['http://[::1]:80/a', 'http://[::1]:80', '/a', '1'],
    ['http://shop.test/grüße und €', 'http://shop.test', '/gr%C3%BC%C3%9Fe%20und%20%E2%82%AC', 'shop.test'],
    ['http://shop.test/%41?u=${index}', 'http://shop.test', '/%41?u=${index}', 'shop.test'],
    ['HTTP://Shop.Test/a', 'http://Shop.Test', '/a', 'shop.test'],
  ];
  for (const [url, target, path, name] of rows)
    it(`${url} is ${target} and ${path ?? 'no path'}`, () => {
      const test = made(url).objects.at(-1)!;
      const spec = test.spec as { target: object; requests: { path?: string }[] };
      assert.deepEqual([spec.target, spec.requests[0]!.path, test.metadata?.name], [{ url: target }, path, name]);
    });
});

describe('the load of a URL', () => {
  const open = (rate: number, duration: string, per?: string) => ({
    type: 'Open',
    open: { stages: [{ duration, rate }], ...(per !== undefined && { per }) },
  });
  const rows: [options: UrlOptions, load: object][] = [
    [{}, { type: 'Closed', closed: { users: 50, duration: '10s' } }],
    [{ users: '5' }, { type: 'Closed', closed: { users: 5, duration: '10s' } }],
    [
      { users: '5', duration: '1m' },
      { type: 'Closed', closed: { users: 5, duration: '1m' } },
    ],
    [{ requests: '200' }, { type: 'Closed', closed: { users: 50, iterations: 200 } }],
    [
      { requests: '9', duration: '2s' },
      { type: 'Closed', closed: { users: 50, duration: '2s', iterations: 9 } },
    ],
    [{ rate: '100' }, open(100, '10s')],
    [{ rate: '100', duration: '30s' }, open(100, '30s')],
    [{ rate: '90/m' }, open(90, '10s', '1m')],
    [{ rate: '90/100ms' }, open(90, '10s', '100ms')],
  ];
  for (const [options, load] of rows)
    it(`of ${JSON.stringify(options)} is ${JSON.stringify(load)}`, () =>
      assert.deepEqual(specOf('http://a', options).load, load));
});

describe('the request of a URL', () => {
  const json = { name: 'Content-Type', value: 'application/json' };
  const from = { type: 'From', from: { configMapKeyRef: { name: 'body', key: 'body' } } };
  const rows: [options: UrlOptions, request: object][] = [
    [{}, { method: 'GET' }],
    [{ method: 'delete' }, { method: 'DELETE' }],
    [{ body: 'a=b' }, { method: 'POST', body: { type: 'Text', text: 'a=b' } }],
    [
      { body: '{}', method: 'PUT' },
      { method: 'PUT', headers: [json], body: { type: 'Text', text: '{}' } },
    ],
    [{ body: '@order.json' }, { method: 'POST', headers: [json], body: from }],
    [{ body: '@image.png' }, { method: 'POST', body: from }],
    [
      { body: '{}', header: ['content-type: text/x', 'A:  b:c '] },
      {
        method: 'POST',
        headers: [
          { name: 'content-type', value: 'text/x' },
          { name: 'A', value: 'b:c' },
        ],
        body: { type: 'Text', text: '{}' },
      },
    ],
  ];
  for (const [options, request] of rows)
    it(`with ${JSON.stringify(options)} is ${JSON.stringify(request)}`, () =>
      assert.deepEqual(specOf('http://a', options).requests, [{ name: 'url', ...request }]));

  it('has the bytes of a file in a ConfigMap, as text where they are text', () => {
    const contents = ['@order.json', '@image.png'].map((body) => made('http://a', { body }).objects[0]);
    assert.deepEqual(
      contents.map((o) => [o?.data, o?.binaryData]),
      [
        [{ body: '{"sku": "a1"}\n' }, undefined],
        [undefined, { body: 'iVD/' }],
      ],
    );
  });

  it('keeps a header from the environment out of the LoadTest', () => {
    const { objects, values, secrets } = made('http://a', { header: ['Authorization: env:TOKEN'] });
    assert.doesNotMatch(JSON.stringify(objects), /Bearer/);
    assert.deepEqual([...values], [['Secret/headers/authorization', Buffer.from('Bearer t')]]);
    assert.deepEqual(secrets, ['--secret headers.authorization=env:TOKEN']);
  });
});

describe('a problem of a URL', () => {
  const rows: [url: string, options: UrlOptions, problem: RegExp][] = [
    ['http://', {}, /^URL: /],
    ['ftp://a', {}, /^URL: must be(gin with| an) http/],
    ['http://u:p@a/', {}, /^URL: /],
    ['http://a', { rate: '5', users: '5' }, /^--rate and --users exclude each other/],
    ['http://a', { rate: '5', requests: '5' }, /^--requests counts what users send/],
    ['http://a', { rate: '-1' }, /^--rate: must be/],
    ['http://a', { rate: '0' }, /^--rate: at least one rate must be above 0/],
    ['http://a', { rate: '5/x' }, /^--rate: must be a duration/],
    ['http://a', { users: '0' }, /^--users: must be at least 1/],
    ['http://a', { requests: 'many' }, /^--requests: must be a/],
    ['http://a', { duration: '10' }, /^--duration: must be a duration such as/],
    ['http://a', { rate: '1', duration: 'x' }, /^--duration: must be a duration such as/],
    ['http://a', { timeout: 'x' }, /^--timeout: must be a duration such as/],
    ['http://a', { method: 'TRACE' }, /^--method: must not be/],
    ['http://a', { header: ['x'] }, /^--header must be "Name: value"/],
    ['http://a', { header: ['x: env:NONE'] }, /^--header x: the environment has no NONE/],
    ['http://a', { body: '${nothing}' }, /^--body: /],
    ['http://a', { body: '@none' }, /^--body none cannot be read: no such file or directory$/],
    ['http://a', { method: 'HEAD', body: 'x' }, /^--body: a HEAD request has no body/],
  ];
  for (const [url, options, problem] of rows)
    it(`${url} ${JSON.stringify(options)} names the option`, () => {
      const result = loadTestOfUrl(url, options, surroundings);
      assert.ok('problems' in result);
      assert.match(result.problems.join('\n'), problem);
    });
});
