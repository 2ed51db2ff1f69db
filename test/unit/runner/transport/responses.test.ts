import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { EXPECTATIONS } from '../../../support/expectations.ts';
import { type ServedResponse, startPairedServers, TRANSPORTS } from '../../../support/paired-servers.ts';
import { kindsOf, realLoad, realSpec } from '../../../support/real-load.ts';

/** Expectations and iterations over real sockets with every transport. */
let response: ServedResponse = {};
const urlFor = await startPairedServers(() => response);

for (const [name, http] of TRANSPORTS) {
  const load = (served: ServedResponse, request: object) => {
    response = served;
    const target = { url: urlFor(http), http, timeout: '2000ms' };
    return realLoad(realSpec({ target, requests: [{ name: 'r', ...request }] }), new Map());
  };

  for (const [what, expect, served, wrong] of EXPECTATIONS) {
    test(`${name}: a response with ${what} is ${wrong === null ? 'expected' : `unexpected: ${wrong}`}`, async () => {
      const { counts, unexpected } = await load(served, { expect });
      assert.deepEqual([counts.done, counts.unexpected], [20, wrong === null ? 0 : 20]);
      assert.equal(unexpected[0]?.reason, wrong ?? undefined);
    });
  }

  test(`${name}: headers match in any case, any number and any segmentation`, async () => {
    const served = {
      headers: { 'X-Under_Score': 'a', 'X-TWICE': 'one', 'x-twice': ' two \t', 'X-Long': 'y'.repeat(5000) },
      body: ['ok'],
      cut: 7,
    };
    const headers = [
      { name: 'x-under_score', value: 'a' },
      { name: 'X-Long', matches: '^y{5000}$' },
      { name: 'content-length', value: '2' },
      { name: 'X-Twice', value: 'two' },
      { name: 'X-Twice', value: 'one' },
    ];
    const { counts } = await load(served, { expect: { headers } });
    assert.deepEqual([counts.done, counts.unexpected], [20, 0]);
  });

  test(`${name}: all characters of a header's name and value are kept, except optional whitespace around the value`, async () => {
    const headers = [
      { name: "x!#$%&'*+-.^_`|~9", value: 'signs' },
      { name: 'x-utf-8', value: Buffer.from('Malm\u00e0').toString('latin1') }, // its last byte alone is a no-break space
      { name: 'x-space', value: '\u00a0 in between \u00a0' },
    ];
    const served = { headers: Object.fromEntries(headers.map(({ name, value }) => [name.toUpperCase(), value])) };
    const { counts, unexpected } = await load(served, { expect: { headers } });
    assert.deepEqual([counts.done, unexpected], [20, []]);
  });

  test(`${name}: an endless body fails at maxBodyBytes, long before the timeout`, async () => {
    const summary = await load({ endless: true }, { expect: { maxBodyBytes: 5000 } });
    assert.deepEqual(kindsOf(summary), { BodyTooLarge: 20 });
  });

  test(`${name}: a complete body above maxBodyBytes in one read is one failure`, async () => {
    const summary = await load({ body: ['x'.repeat(50)] }, { expect: { maxBodyBytes: 49 } });
    assert.deepEqual(kindsOf(summary), { BodyTooLarge: 20 });
    assert.equal(summary.counts.done, 0);
  });

  test(`${name}: gzip is decoded if the request accepts it`, async () => {
    const served = { headers: { 'Content-Encoding': 'gzip' }, body: [gzipSync('{"a":"needle"}')] };
    const { counts } = await load(served, {
      headers: [{ name: 'Accept-Encoding', value: 'gzip' }],
      expect: { bodyContains: 'needle', json: [{ pointer: '/a', value: 'needle' }] },
    });
    assert.deepEqual([counts.done, counts.unexpected], [20, 0]);
  });

  test(`${name}: the example of an encoded error is decoded, even without expected headers`, async () => {
    const served = { status: 500, headers: { 'Content-Encoding': 'gzip' }, body: [gzipSync('sorry, no')] };
    const { unexpected } = await load(served, {});
    assert.equal(unexpected[0]?.body, 'sorry, no');
  });

  test(`${name}: examples of unexpected responses have the start of their bodies`, async () => {
    const { unexpected } = await load({ status: 503, body: ['sorry, no'] }, {});
    assert.deepEqual(unexpected, [
      {
        request: 'r',
        status: 503,
        body: 'sorry, no',
        reason: 'the status is not below 400',
        count: unexpected[0]?.count,
      },
    ]);
  });

  test(`${name}: iterations keep their own cookies and extracted values`, async () => {
    const seen: string[] = [];
    let logins = 0;
    const urlOf = await startPairedServers((path, { cookie = '', authorization = '' }) => {
      seen.push(`${path} ${cookie} ${authorization}`);
      if (path !== '/login') return { body: [path] };
      const n = ++logins;
      return {
        headers: { 'X-Trace': `t${n}`, 'Set-Cookie': [`sid=s${n}; Path=/; HttpOnly`, 'gone=1; Max-Age=0'] },
        body: [`{"auth":{"tok`, `en":"T${n}"},"id":${n}}`],
      };
    });
    const spec = realSpec({
      target: { url: urlOf(http), http, timeout: '5000ms' },
      requests: [
        {
          name: 'login',
          path: '/login',
          extract: [
            { name: 'token', jsonPointer: '/auth/token' },
            { name: 'trace', header: 'X-Trace' },
            { name: 'id', regex: '"id":([0-9]+)' },
          ],
        },
        {
          name: 'buy',
          path: '/users/${session.id}',
          headers: [{ name: 'Authorization', value: 'Bearer ${session.token}' }],
          expect: { bodyMatches: '^/users/[0-9]+$' },
        },
        { name: 'logout', path: '/logout/${session.trace}', headers: [{ name: 'Cookie', value: 'own=1' }] },
      ],
      requestOrder: 'Sequential',
    });
    const { counts } = await realLoad(spec, new Map());
    assert.deepEqual([counts.done, counts.unexpected], [60, 0]);
    const planned = Array.from({ length: 20 }, (_, i) => i + 1).flatMap((n) => [
      '/login  ',
      `/users/${n} sid=s${n} Bearer T${n}`,
      `/logout/t${n} own=1; sid=s${n} `,
    ]);
    assert.deepEqual(seen.sort(), planned.sort());
  });
}
