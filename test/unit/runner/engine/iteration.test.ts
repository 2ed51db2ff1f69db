import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { seededRandom } from '../../../../model/common/random.ts';
import { identityProblems } from '../../../../model/measure/counters.ts';
import { CookieJar } from '../../../../runner/request/cookie-jar.ts';
import { virtualLoad } from '../../../support/virtual-load.ts';
import type { Script } from '../../../support/virtual-time.ts';

const MS = 1000;

const STEPS = [
  {
    name: 'login',
    method: 'POST',
    path: '/login?u=${index}',
    extract: [
      { name: 'token', jsonPointer: '/auth/token' },
      { name: 'trace', header: 'X-Trace' },
      { name: 'id', regex: '"id":([0-9]+)' },
    ],
  },
  { name: 'buy', path: '/users/${session.id}', headers: [{ name: 'Authorization', value: 'Bearer ${session.token}' }] },
  { name: 'logout', path: '/logout/${session.trace}' },
];
const RESPONSE = {
  outcome: 'response' as const,
  status: 200,
  headers: { 'x-trace': 't7', 'set-cookie': ['sid=s1; Path=/; HttpOnly'] },
  body: ['{"auth":{"tok', 'en":"T"},"id":42}'],
  after: 10 * MS,
};

function run(load: object, script: Script, { requests = STEPS as object[], stopAt = Infinity } = {}) {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://target', timeout: '100ms' },
    requestOrder: 'Sequential',
    requests,
    load,
  });
  const ended = virtualLoad(spec, script, { stopAt });
  return { ...ended, of: (name: string) => ended.summary.requests.find((r) => r.name === name)!.counts };
}

const open = (rate: number, rest: object = {}) => ({
  type: 'Open',
  open: { stages: [{ duration: '1s', rate }], ...rest },
});
const closed = (fields: object) => ({ type: 'Closed', closed: fields });
const headersOf = (headers: readonly string[]) =>
  Object.fromEntries(
    Array.from({ length: headers.length / 2 }, (_, i) => [headers[2 * i]!.toLowerCase(), headers[2 * i + 1]]),
  );

test('an iteration sends its requests in order, each after the response to the previous one', () => {
  const { sent, over } = run(open(2), () => RESPONSE);
  assert.deepEqual(
    sent.map(({ at, request }) => [at / MS, request.path]),
    [
      [0, '/login?u=0'],
      [10, '/users/42'],
      [20, '/logout/t7'],
      [500, '/login?u=1'],
      [510, '/users/42'],
      [520, '/logout/t7'],
    ],
  );
  assert.equal(headersOf(sent[1]!.request.headers).authorization, 'Bearer T');
  assert.equal(over, 1);
});

test('the achieved rate counts complete iterations, as the target rate does', () => {
  assert.partialDeepStrictEqual(run(open(20), () => RESPONSE).summary.rate, { target: 20, achieved: 20, seconds: 1 });
  const half = run(open(20), ({ name }, n) =>
    name === 'buy' && n % 2 === 0 ? { ...RESPONSE, status: 500 } : RESPONSE,
  );
  assert.equal(half.summary.rate.achieved, half.of('logout').done);
});

test('cookies belong to one iteration', () => {
  const { sent } = run(open(2), () => RESPONSE);
  assert.deepEqual(
    sent.map(({ request }) => headersOf(request.headers).cookie),
    [undefined, 'sid=s1', 'sid=s1', undefined, 'sid=s1', 'sid=s1'],
  );
});

test('an iteration uses one connection and counts as one in-flight request', () => {
  const { connections, sent, summary } = run(open(100, { maxInFlight: 3 }), () => RESPONSE);
  assert.equal(connections.open, 3);
  assert.equal(summary.counts.dropped, 0);
  assert.equal(sent.length, 300);
});

test('the response time of a later request starts at the previous response', () => {
  const { summary } = run(open(2), () => RESPONSE);
  for (const { responseTime } of summary.requests) assert.ok(Math.abs(responseTime.max! - 10 * MS) <= 10);
});

test('a dropped arrival counts only for the first request of the iteration', () => {
  const { of } = run(open(100, { maxInFlight: 1 }), () => RESPONSE);
  assert.ok(of('login').dropped > 0);
  assert.equal(of('login').generated, 100);
  assert.equal(of('buy').generated, of('login').done);
  assert.equal(of('buy').dropped + of('logout').dropped, 0);
});

const ENDS: [what: string, second: ReturnType<Script>, counts: object][] = [
  ['an unexpected status', { ...RESPONSE, status: 503 }, { done: 2, unexpected: 2 }],
  ['a failure', { outcome: 'fail', code: 'ECONNRESET', after: MS }, { failed: 2 }],
  ['a timeout', { outcome: 'never' }, { timeout: 2 }],
];
for (const [what, second, counts] of ENDS) {
  test(`${what} ends the iteration, whose other requests are not generated`, () => {
    const { of, summary } = run(open(2), ({ name }) => (name === 'buy' ? second : RESPONSE));
    for (const [key, count] of Object.entries(counts)) assert.equal(of('buy')[key as 'done'], count);
    assert.deepEqual([of('login').done, of('logout').generated], [2, 0]);
    assert.deepEqual(identityProblems(summary.counts), []);
  });
}

const WITHOUT_MATCH: [what: string, response: object][] = [
  ['a body that is not JSON', { body: ['{"auth'] }],
  ['a pointer without a value', { body: ['{"auth":{},"id":1}'] }],
  ['a missing header', { headers: {} }],
  ['a pattern without a match', { body: ['{"auth":{"token":"T"},"id":"x"}'] }],
];
for (const [what, response] of WITHOUT_MATCH) {
  test(`an extraction with ${what} makes the response unexpected and ends the iteration`, () => {
    const { of } = run(open(2), () => ({ ...RESPONSE, ...response }));
    assert.deepEqual([of('login').unexpected, of('buy').generated], [2, 0]);
  });
}

test('closed: a user runs iterations one after the other, up to the number in the spec', () => {
  const { sent, of, over } = run(closed({ users: 2, iterations: 6, thinkTime: '5ms' }), () => RESPONSE);
  assert.deepEqual([of('login').done, of('buy').done, of('logout').done, over], [6, 6, 6, 1]);
  assert.deepEqual(
    sent.filter(({ request }) => request.name === 'login').map(({ at }) => at / MS),
    [0, 0, 35, 35, 70, 70],
  );
});

test('closed: an iteration that has started before the end of the load is completed', () => {
  const { of } = run(closed({ users: 1, duration: '15ms' }), () => RESPONSE);
  assert.equal(of('logout').done, 1);
});

test('a stop aborts the current request of an iteration', () => {
  const { of, over } = run(open(1), () => RESPONSE, { stopAt: 15 * MS });
  assert.deepEqual([of('login').done, of('buy').aborted, of('logout').generated, over], [1, 1, 0, 1]);
});

const THINKING = [{ name: 'list' }, { name: 'choose', thinkTime: '250ms' }, { name: 'order', thinkTime: '70ms' }];

test('a user thinks between a response and the next request, and neither the timeout nor a measured time includes it', () => {
  const { sent, of, summary, over } = run(open(2), () => RESPONSE, { requests: THINKING });
  assert.deepEqual(
    sent.map(({ at }) => at / MS),
    [0, 260, 340, 500, 760, 840],
  );
  assert.deepEqual([of('order').done, summary.counts.timeout, over], [2, 0, 1]);
  for (const { responseTime } of summary.requests) assert.equal(Math.round(responseTime.max! / MS), 10);
});

test('a request after a think time times out like any other, even without other in-flight requests', () => {
  const script: Script = (_, n) => (n === 1 ? { outcome: 'never' } : RESPONSE);
  const { sent, of, endedAt } = run(closed({ users: 1, iterations: 1 }), script, { requests: THINKING });
  assert.deepEqual([sent.length, of('choose').timeout, of('order').generated], [2, 1, 0]);
  assert.equal(endedAt, 10 + 250 + 100);
});

test('the time to connect after a think time is part of the response time', () => {
  const script: Script = (_, n) => (n === 1 ? { ...RESPONSE, connect: 30 * MS } : RESPONSE);
  const { summary } = run(closed({ users: 1, iterations: 1 }), script, { requests: THINKING });
  const { responseTime, serviceTime } = summary.requests[1]!;
  assert.deepEqual(
    [serviceTime.max, responseTime.max].map((time) => Math.round(time! / MS)),
    [10, 40],
  );
});

const CUT_OFF: [what: string, gracefulStop: string | undefined, sent: number, endedAt: number][] = [
  ['within the graceful stop, users continue', '1s', 3, 350],
  ['without a graceful stop, iterations are completed', undefined, 3, 350],
  ['after the graceful stop, the engine does not wait for think times', '100ms', 1, 250],
];
for (const [what, gracefulStop, count, end] of CUT_OFF) {
  test(`think times after the end of the load: ${what}`, () => {
    const load = { ...closed({ users: 1, duration: '150ms' }), ...(gracefulStop && { gracefulStop }) };
    const { sent, summary, endedAt, over } = run(load, () => RESPONSE, { requests: THINKING });
    const { made, done, aborted } = summary.counts;
    assert.deepEqual({ sent: sent.length, made, done, aborted }, { sent: count, made: count, done: count, aborted: 0 });
    assert.deepEqual([over, Math.round(endedAt)], [1, end]);
  });
}

test('property: the counter identities hold for every request of an iteration, and each expected response generates the next request', () => {
  const random = seededRandom(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  for (let round = 0; round < 100; round++) {
    const script: Script = () =>
      pick([
        { ...RESPONSE, after: random() * 60 * MS },
        { ...RESPONSE, connect: 5 * MS },
        { ...RESPONSE, status: 500 },
        { ...RESPONSE, headers: {} },
        { outcome: 'fail', code: 'ECONNRESET', after: MS },
        { outcome: 'never' },
        { outcome: 'never connects' },
      ] as const);
    const load = pick([
      open(1 + Math.floor(random() * 200), { maxInFlight: 1 + Math.floor(random() * 20) }),
      closed({ users: 1 + Math.floor(random() * 10), iterations: 10 + Math.floor(random() * 50) }),
      closed({ users: 1 + Math.floor(random() * 10), duration: '500ms', thinkTime: pick(['0s', '7ms']) }),
    ]);
    const stopAt = pick([Infinity, random() * 1000 * MS]);
    const requests = STEPS.map((step, i) => ({ ...step, ...(i > 0 && pick([{}, { thinkTime: '30ms' }])) }));
    const thinks = requests.some((r) => 'thinkTime' in r);
    const { summary, sent, over } = run(load, script, { requests, stopAt });
    assert.equal(over, 1, `round ${round}`);
    assert.equal(summary.counts.made, sent.length, `round ${round}`);
    assert.equal(summary.counts.inFlight, 0, `round ${round}`);
    summary.requests.forEach(({ counts }, i) => {
      assert.deepEqual(identityProblems(counts), [], `round ${round}`);
      const before = summary.requests[i - 1]?.counts;
      if (before === undefined) return;
      const expected = before.done - before.unexpected;
      if (thinks && stopAt !== Infinity) assert.ok(counts.generated <= expected, `round ${round}`);
      else assert.equal(counts.generated, expected, `round ${round}`);
    });
  }
});

const JARS: [what: string, set: [cookie: string, from: string][], path: string, header: string][] = [
  ['one cookie', [['a=1', '/']], '/x', 'a=1'],
  [
    'a value that ends in a no-break space, like "à" in UTF-8',
    [[' a = \u00c3\u00a0 \t; Path=/', '/']],
    '/x',
    'a=\u00c3\u00a0',
  ],
  [
    'the newest cookie of a name',
    [
      ['a=1', '/'],
      ['a=2', '/'],
    ],
    '/',
    'a=2',
  ],
  [
    'two names, in the order of their arrival',
    [
      ['a=1', '/'],
      ['b=2', '/'],
    ],
    '/',
    'a=1; b=2',
  ],
  ['not below another path', [['a=1; Path=/shop', '/']], '/shopping', ''],
  ['below its path', [['a=1; path=/shop', '/']], '/shop/x?y', 'a=1'],
  [
    'the longest path first',
    [
      ['a=1; Path=/', '/'],
      ['b=2; Path=/s', '/'],
    ],
    '/s',
    'b=2; a=1',
  ],
  ['by default below the path that set it', [['a=1', '/shop/login?x']], '/shop/cart', 'a=1'],
  ['not outside the path that set it', [['a=1', '/shop/login']], '/other', ''],
  [
    'deleted by Max-Age',
    [
      ['a=1', '/'],
      ['a=; Max-Age=0', '/'],
    ],
    '/',
    '',
  ],
  [
    'deleted by Expires',
    [
      ['a=1', '/'],
      ['a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '/'],
    ],
    '/',
    '',
  ],
  [
    'kept by Max-Age despite an old Expires',
    [['a=1; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '/']],
    '/',
    'a=1',
  ],
  ['with an equals sign in the value', [['a=b=c; HttpOnly', '/']], '/', 'a=b=c'],
  [
    'not without a name',
    [
      ['=1', '/'],
      ['nothing', '/'],
    ],
    '/',
    '',
  ],
];
const PLAIN = { host: 'www.shop.test', secure: false };
for (const [what, set, path, header] of JARS) {
  test(`cookies: ${what}`, () => {
    const jar = new CookieJar();
    for (const [cookie, from] of set) jar.store([cookie], PLAIN, from, 1000);
    assert.equal(jar.header(path, 1000), header);
  });
}

const DOMAINS: [cookie: string, host: string, secure: boolean, accepted: boolean][] = [
  ['a=1; Domain=www.shop.test', 'www.shop.test', false, true],
  ['a=1; Domain=.Shop.TEST', 'www.shop.test', false, true],
  ['a=1; Domain=', 'www.shop.test', false, true],
  ['a=1; Domain=other.test', 'www.shop.test', false, false],
  ['a=1; Domain=api.shop.test', 'www.shop.test', false, false],
  ['a=1; Domain=sub.www.shop.test', 'www.shop.test', false, false],
  ['a=1; Domain=hop.test', 'www.shop.test', false, false],
  ['a=1; Domain=test', 'www.shop.test', false, false],
  ['a=1; Domain=localhost', 'localhost', false, true],
  ['a=1; Domain=0.0.1', '127.0.0.1', false, false],
  ['a=1; Domain=127.0.0.1', '127.0.0.1', false, true],
  ['a=1; Secure', 'www.shop.test', true, true],
  ['a=1; secure', 'www.shop.test', false, false],
  ['a=1; Secure', 'localhost', false, true],
  ['a=1; Secure', 'app.localhost', false, true],
  ['a=1; Secure', '127.0.0.1', false, true],
  ['a=1; Secure', '127.1.2.3', false, true],
  ['a=1; Secure', '::1', false, true],
  ['a=1; Secure', 'notlocalhost', false, false],
  ['a=1; Secure', 'localhost.shop.test', false, false],
  ['a=1; Secure', '127.shop.test', false, false],
  ['a=1; Secure', '128.0.0.1', false, false],
  ['__Host-a=1; Secure; Path=/', 'localhost', false, true],
  ['__Host-a=1; Secure; Path=/', 'www.shop.test', true, true],
  ['__Host-a=1; Secure; Path=/', 'www.shop.test', false, false],
  ['__Host-a=1; Path=/', 'www.shop.test', true, false],
  ['__host-a=1; Secure', 'www.shop.test', true, false],
  ['__Host-a=1; Secure; Path=/; Domain=shop.test', 'www.shop.test', true, false],
  ['__Secure-a=1; Secure; Domain=shop.test', 'www.shop.test', true, true],
  ['__Secure-a=1', 'localhost', false, false],
  ['a=1; Secure; Partitioned', 'localhost', false, true],
  ['a=1; Partitioned', 'www.shop.test', true, false],
];
for (const [cookie, host, secure, accepted] of DOMAINS)
  test(`${cookie} is ${accepted ? 'accepted' : 'rejected'} from http${secure ? 's' : ''}://${host}`, () => {
    const jar = new CookieJar();
    jar.store([cookie], { host, secure }, '/', 0);
    assert.equal(jar.header('/', 0), accepted ? cookie.split(';')[0] : '');
  });

const AGES: [cookie: string, until: number][] = [
  ['a=1; Max-Age=60', 60_000],
  ['a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:05 GMT', 60_000],
  ['a=1; Expires=Thu, 01 Jan 1970 00:00:30 GMT', 30_000],
  ['a=1; Expires=Thu, 01-Jan-1970 00:00:30 GMT', 30_000],
  ['a=1; Max-Age=soon; Expires=never', Number.POSITIVE_INFINITY],
  ['a=1', Number.POSITIVE_INFINITY],
];
for (const [cookie, until] of AGES)
  test(`${cookie} is sent for ${until / 1000} s`, () => {
    const jar = new CookieJar();
    jar.store([cookie], PLAIN, '/', 0);
    assert.equal(jar.header('/', Math.min(until - 1, 1e12)), 'a=1');
    if (until < Number.POSITIVE_INFINITY) assert.equal(jar.header('/', until), '');
  });

test('a cookie is deleted only with its own domain and path', () => {
  const jar = new CookieJar();
  jar.store(['a=1; Domain=shop.test; Path=/', 'a=2; Path=/'], PLAIN, '/', 0);
  jar.store(['a=; Path=/x; Max-Age=0', 'a=; Domain=other.test; Path=/; Max-Age=0'], PLAIN, '/', 0);
  assert.equal(jar.header('/', 0), 'a=1; a=2');
  jar.store(['a=; Path=/; Max-Age=-1'], PLAIN, '/', 0);
  assert.equal(jar.header('/', 0), 'a=1');
});

test('a cookie belongs to the host of the Host header, and is not sent after it expires during a think time', () => {
  const set = ['short=1; Max-Age=2', 'long=1; Max-Age=60; Domain=shop.test', 'far=1; Domain=target', 'tls=1; Secure'];
  const requests = [
    { name: 'a', headers: [{ name: 'Host', value: 'shop.test:8080' }] },
    { name: 'b' },
    { name: 'c', thinkTime: '3s' },
  ];
  const response = { ...RESPONSE, headers: { 'set-cookie': set } };
  const { sent } = run(closed({ users: 1, iterations: 1 }), ({ name }) => (name === 'a' ? response : RESPONSE), {
    requests,
  });
  assert.deepEqual(
    sent.map(({ request }) => headersOf(request.headers).cookie),
    [undefined, 'short=1; long=1', 'long=1; sid=s1'],
  );
});

test('a value that no earlier request extracts is rejected by name, at the request that uses it', () => {
  const specOf = (requests: object[]) =>
    loadTestSpecSchema.safeParse({
      target: { url: 'http://target' },
      requestOrder: 'Sequential',
      requests,
      load: closed({ users: 1, iterations: 1 }),
    });
  assert.equal(specOf(STEPS).success, true);
  assert.deepEqual(
    specOf(STEPS.toReversed()).error?.issues.map(({ path, message }) => [path.join('.'), message]),
    [
      ['requests.0', 'uses ${session.trace}, which no earlier request extracts'],
      ['requests.1', 'uses ${session.id}, which no earlier request extracts'],
    ],
  );
});
