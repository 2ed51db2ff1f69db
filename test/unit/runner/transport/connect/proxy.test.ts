import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetSchema } from '../../../../../api/loadtest/target/target.ts';
import { proxyForm } from '../../../../../runner/transport/connect/proxy.ts';
import { destinationOf } from '../../../../../runner/transport/select.ts';

const PATHS: [path: string, sent: string][] = [
  ['/a?b', 'http://shop:81/a?b'],
  ['*', 'http://shop:81'],
  ['-', 'http://shop:81/-'],
];
for (const [path, sent] of PATHS)
  test(`a proxy receives ${path} as ${sent}, which no value of a row can turn into another host`, () => {
    const target = targetSchema.parse({ url: 'http://shop:81', http: { proxy: { url: 'http://proxy:3128' } } });
    const toProxyForm = proxyForm(destinationOf(target, new Map()))!;
    const request = { method: 'OPTIONS', path, headers: [], body: null, fixed: false, wantsHeaders: false };
    assert.equal(toProxyForm(request).path, sent);
  });
