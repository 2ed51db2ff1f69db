import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operatorLimitsSchema } from '../../../../api/common/operator-limits.ts';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { exceeded, serverOf } from '../../../../model/limits/violations.ts';

const SCRIPT = { configMapKeyRef: { name: 'logic', key: 'logic.mjs' } };

type Change = {
  url?: string;
  proxy?: string;
  http?: object;
  tls?: object;
  headers?: object[];
  script?: object;
  open?: object;
  closed?: object;
  capacity?: object;
  replicas?: number;
};

function spec({
  url = 'http://checkout.shop.svc',
  proxy,
  http,
  tls,
  headers,
  script,
  open,
  closed,
  capacity,
  replicas = 1,
}: Change) {
  const stages = [{ duration: '1m', rate: 100 }];
  const load = (closed && { type: 'Closed', closed }) ??
    (capacity && { type: 'Capacity', capacity }) ?? { type: 'Open', open: { stages, ...open } };
  return loadTestSpecSchema.parse({
    target: { url, ...(proxy && { http: { proxy: { url: proxy } } }), ...(http && { http }), ...(tls && { tls }) },
    ...(headers && { requests: [{ name: 'plain' }, { name: 'named', headers }] }),
    script,
    load,
    ...(capacity && { thresholds: [{ metric: 'errors', max: '1%' }] }),
    runners: { replicas },
  });
}

const FROM = { secretKeyRef: { name: 's', key: 'host' } };
const SOCKET = { http: { unixSocket: '/run/docker.sock' } };
const named = (value: string) => ({ headers: [{ name: 'Host', value }] });
const secure = (serverName: string) => ({ url: 'https://checkout.shop.svc', tls: { serverName } });

/** Limits, a change of the spec, and the field that exceeds a limit (empty if none does). */
const ROWS: [limits: object, change: Change, field: string][] = [
  [{}, { replicas: 100, open: { stages: [{ duration: '100h', rate: 1_000_000 }] } }, ''],
  [{ maxRate: 100 }, {}, ''],
  [{ maxRate: 99 }, {}, 'spec.load.open.stages[0].rate'],
  [{ maxRate: 2 }, { open: { per: '1m' } }, ''],
  [{ maxRate: 1 }, { open: { per: '1m' } }, 'spec.load.open.stages[0].rate'],
  [{ maxRate: 1000 }, { open: { per: '100ms' } }, ''],
  [{ maxRate: 999 }, { open: { per: '100ms' } }, 'spec.load.open.stages[0].rate'],
  [{ maxRate: 200_000 }, { open: { per: '500us' } }, ''],
  [{ maxRate: 199_999 }, { open: { per: '500us' } }, 'spec.load.open.stages[0].rate'],
  [{ maxRate: 100 }, { open: { startRate: 101 } }, 'spec.load.open.startRate'],
  [{ maxRate: 1 }, { closed: { users: 10, duration: '1m' } }, ''],
  [{ maxUsers: 10 }, { closed: { users: 10, duration: '1m' } }, ''],
  [{ maxUsers: 9 }, { closed: { users: 10, duration: '1m' } }, 'spec.load.closed.users'],
  [{ maxUsers: 9 }, {}, ''],
  [{ maxRate: 500 }, { capacity: { maxRate: 500 } }, ''],
  [{ maxRate: 499 }, { capacity: { maxRate: 500 } }, 'spec.load.capacity.maxRate'],
  [{ maxDuration: '30m' }, { capacity: { maxRate: 500 } }, ''],
  [{ maxDuration: '29m' }, { capacity: { maxRate: 500 } }, 'spec.load.capacity.deadline'],
  [{ maxDuration: '10m' }, { capacity: { maxRate: 500, deadline: '10m' } }, ''],
  [{ maxRunners: 2 }, { replicas: 2 }, ''],
  [{ maxRunners: 2 }, { replicas: 3 }, 'spec.runners.replicas'],
  [{ maxDuration: '1m' }, {}, ''],
  [{ maxDuration: '59s' }, {}, 'spec.load.open.stages'],
  [{ maxDuration: '1m' }, { open: { stages: Array(2).fill({ duration: '31s', rate: 1 }) } }, 'spec.load.open.stages'],
  [{ maxDuration: '1m' }, { closed: { users: 1, duration: '1m' } }, ''],
  [{ maxDuration: '1m' }, { closed: { users: 1, duration: '61s' } }, 'spec.load.closed.duration'],
  [{ maxDuration: '1m' }, { closed: { users: 1, iterations: 5 } }, 'spec.load.closed.duration'],
  [{ allowedHosts: ['checkout.shop.svc'] }, {}, ''],
  [{ allowedHosts: ['*.shop.svc'] }, {}, ''],
  [{ allowedHosts: ['*.shop.svc'] }, { url: 'https://CHECKOUT.Shop.svc:8443/x' }, ''],
  [{ allowedHosts: ['*.shop.svc'] }, { url: 'http://a.shop.svc.:8080' }, ''],
  [{ allowedHosts: ['*.shop.svc'] }, { url: 'http://a.other.svc.' }, 'spec.target.url'],
  [{ allowedHosts: ['*.shop.svc'] }, { url: 'http://shop.svc' }, 'spec.target.url'],
  [{ allowedHosts: ['*.shop.svc'] }, { url: 'http://a.shop.svc.example.com' }, 'spec.target.url'],
  [{ allowedHosts: ['*.shop.svc'] }, { url: 'http://a-shop-svc' }, 'spec.target.url'],
  [{ allowedHosts: ['a', '10.0.*'] }, { url: 'http://10.0.3.4' }, ''],
  [{ allowedHosts: ['fd12:*'] }, { url: 'http://[FD12::7]:80' }, ''],
  [{ allowedHosts: ['10.0.*'] }, { url: 'http://[fd12::7]' }, 'spec.target.url'],
  [{ allowedHosts: ['*.shop.svc'] }, named('Cart.Shop.svc.:8080'), ''],
  [{ allowedHosts: ['*.shop.svc'] }, named('admin.other.svc'), 'spec.requests[1].headers[0]'],
  [{ allowedHosts: ['*.shop.svc'] }, named('admin.other.svc:80'), 'spec.requests[1].headers[0]'],
  [{ allowedHosts: ['*.shop.svc'] }, named('${index}.shop.svc'), 'spec.requests[1].headers[0]'],
  [{ allowedHosts: ['*.shop.svc', 'fd12:*'] }, named('[fd12::7]:80'), ''],
  [{ allowedHosts: ['*.shop.svc', 'fd12:*'] }, named('[fd13::7]:80'), 'spec.requests[1].headers[0]'],
  [{ allowedHosts: ['*.shop.svc'] }, { headers: [{ name: 'host', valueFrom: FROM }] }, 'spec.requests[1].headers[0]'],
  [{ allowedHosts: ['*.shop.svc'] }, { headers: [{ name: 'X-Host', value: 'other.svc' }] }, ''],
  [{}, named('admin.other.svc'), ''],
  [{ allowedHosts: ['*.shop.svc'] }, secure('a.shop.svc'), ''],
  [{ allowedHosts: ['*.shop.svc'] }, secure('a.other.svc'), 'spec.target.tls.serverName'],
  [{}, secure('a.other.svc'), ''],
  [{}, SOCKET, 'spec.target.http.unixSocket'],
  [{ allowUnixSockets: true }, SOCKET, ''],
  [{}, { script: SCRIPT }, ''],
  [{ allowScripts: false }, { script: SCRIPT }, 'spec.script'],
  [{ allowScripts: false }, {}, ''],
  [{}, { url: 'http://169.254.169.254/latest' }, 'spec.target.url'],
  [{}, { url: 'http://[fe80::1]' }, 'spec.target.url'],
  [{}, { url: 'http://[64:ff9b::a9fe:a9fe]' }, 'spec.target.url'],
  [{}, { proxy: 'http://169.254.0.7:3128' }, 'spec.target.http.proxy.url'],
  [{ allowedHosts: ['checkout.*'] }, { proxy: 'http://proxy:3128' }, 'spec.target.http.proxy.url'],
  [{ allowedHosts: ['checkout.*', 'proxy'] }, { proxy: 'http://proxy:3128' }, ''],
  [{ deniedAddresses: [] }, { url: 'http://169.254.169.254' }, ''],
  [{ deniedAddresses: ['10.0.0.0/8'] }, { url: 'http://10.1.2.3' }, 'spec.target.url'],
];
for (const [limits, change, field] of ROWS) {
  test(`${JSON.stringify(limits)} ${field === '' ? 'allow' : 'refuse'} ${JSON.stringify(change)} ${field}`, () => {
    const problems = exceeded(spec(change), operatorLimitsSchema.parse(limits));
    assert.equal(problems.map((text) => text.split(': ')[0]).join(), field);
  });
}

test('the problems name each field that exceeds a limit, with the limit', () => {
  const limits = operatorLimitsSchema.parse({ maxRate: 50, maxRunners: 1, maxDuration: '30s' });
  assert.deepEqual(exceeded(spec({ replicas: 2 }), limits), [
    'spec.load.open.stages[0].rate: exceeds the limit of 50 a second',
    'spec.runners.replicas: 2 exceeds the limit of 1',
    'spec.load.open.stages: 60s exceeds the limit of 30s',
  ]);
});

test('a length just above the limit is not shown as the limit', () => {
  const limits = operatorLimitsSchema.parse({ maxDuration: '60s' });
  assert.deepEqual(exceeded(spec({ open: { stages: [{ duration: '60.02s', rate: 10 }] } }), limits), [
    'spec.load.open.stages: 60.02s exceeds the limit of 60s',
  ]);
});

for (const [url, server] of [
  ['http://checkout', 'checkout:80'],
  ['http://Checkout:80/api', 'checkout:80'],
  ['https://checkout', 'checkout:443'],
  ['http://checkout:8080/x', 'checkout:8080'],
  ['http://shop.test.:8080', 'shop.test:8080'],
  ['http://[::1]:8080', '[::1]:8080'],
] as const) {
  test(`the server of ${url} is ${server}`, () => assert.equal(serverOf({ url }), server));
}
