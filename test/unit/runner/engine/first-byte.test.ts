import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Summary } from '../../../../model/measure/summary.ts';
import { metricRange } from '../../../../model/metrics/metrics.ts';
import { realLoad, realSpec } from '../../../support/real-load.ts';
import { virtualLoad } from '../../../support/virtual-load.ts';
import type { Script } from '../../../support/virtual-time.ts';

const MS = 1000;
const ms = (us: number | undefined) => Math.round(us! / MS);

function specOf(target: object = {}, gracefulStop = '1s'): LoadTestSpec {
  const load = { type: 'Open', open: { stages: [{ duration: '2s', rate: 10 }] }, gracefulStop };
  return loadTestSpecSchema.parse({ target: { url: 'http://target', timeout: '1s', ...target }, load });
}

const slowBody: Script = () => ({ outcome: 'response', status: 200, after: 5 * MS, rest: 20 * MS });

/** The first byte and the whole, in milliseconds. */
const greatest = ({ firstByte, responseTime }: Summary) => [ms(firstByte.max), ms(responseTime.max)];

const RESPONSES: [sentence: string, script: Script, expected: [first: number, whole: number], target?: object][] = [
  ['the head, not the body', slowBody, [5, 25]],
  ['the whole response where all comes at once', () => ({ outcome: 'response', status: 200, after: 5 * MS }), [5, 5]],
  [
    'the wait for the connection, too',
    () => ({ outcome: 'response', status: 200, connect: 30 * MS, after: 5 * MS, rest: 20 * MS }),
    [35, 55],
  ],
  ['the timeout where no byte came', () => ({ outcome: 'never' }), [1000, 1000]],
  [
    'the head of a response that then ran into the timeout',
    () => ({ outcome: 'response', status: 200, after: 5 * MS, rest: 10_000 * MS }),
    [5, 1000],
  ],
  [
    'the last response of redirects',
    ({ path }) =>
      path === '/'
        ? { outcome: 'response', status: 302, headers: { location: ['/next'] }, after: 5 * MS, rest: 5 * MS }
        : { outcome: 'response', status: 200, after: 5 * MS, rest: 20 * MS },
    [15, 35],
    { http: { maxRedirects: 1 } },
  ],
  [
    'the timeout where only a redirect came',
    ({ path }) =>
      path === '/'
        ? { outcome: 'response', status: 302, headers: { location: ['/next'] }, after: 5 * MS }
        : { outcome: 'never' },
    [1000, 1000],
    { http: { maxRedirects: 1 } },
  ],
];

describe('the time until the first byte contains', () => {
  for (const [sentence, script, expected, target = {}] of RESPONSES)
    it(sentence, () => {
      const { summary } = virtualLoad(specOf(target, '5s'), script);
      assert.deepEqual(greatest(summary), expected);
      assert.equal(summary.firstByte.count, summary.responseTime.count);
    });

  it('the time waited, where the end of the load cuts a request off before the first byte', () => {
    const spec = specOf({ timeout: '10s' }, '0s');
    const { summary } = virtualLoad(spec, () => ({ outcome: 'never' }));
    assert.equal(summary.counts.aborted, 20);
    assert.deepEqual(greatest(summary), [2001, 2001]); // the ends of their buckets
    assert.equal(metricRange('firstByte.p50', summary)?.high, Number.POSITIVE_INFINITY);
  });
});

describe('the own part of a generator that stands still', () => {
  it('before the first byte is read is no part of the range’s low end', () => {
    const { summary } = virtualLoad(specOf(), slowBody, { stopped: [[1_002 * MS, 1_122 * MS]] });
    assert.ok(summary.firstByte.max! > 100 * MS);
    assert.equal(ms(summary.withoutGenerator.firstByte.max), 5);
    const range = metricRange('firstByte.max', summary)!;
    assert.deepEqual([ms(range.low), ms(range.high)], [5, ms(summary.firstByte.max)]);
  });

  it('after the first byte lengthens the whole alone', () => {
    const { summary } = virtualLoad(specOf(), slowBody, { stopped: [[1_010 * MS, 1_090 * MS]] });
    assert.deepEqual(greatest(summary), [5, 90]);
    assert.equal(ms(summary.withoutGenerator.responseTime.max), 25);
  });
});

describe('a response whose body comes half a second after its head has its first byte earlier', () => {
  const respond = (response: { write(text: string): unknown; end(text: string): unknown }) => {
    response.write('first');
    setTimeout(() => response.end('last'), 500);
  };
  const TRANSPORTS = [
    ['Lean', 'HTTP1'],
    ['Undici', 'HTTP1'],
    ['Lean', 'HTTP2'],
    ['NodeHTTP2', 'HTTP2'],
  ] as const;
  for (const [transport, version] of TRANSPORTS)
    it(`over ${version} by ${transport}`, { concurrency: true }, async () => {
      const server =
        version === 'HTTP1'
          ? createServer((_, response) => respond(response))
          : createHttp2Server((_, response) => respond(response));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const target = { url: `http://127.0.0.1:${port}`, timeout: '9000ms', http: { version, transport } };
      try {
        const load = { type: 'Closed', closed: { users: 1, iterations: 1 } };
        const { counts, firstByte, responseTime } = await realLoad(realSpec({ target, load }), new Map());
        assert.equal(counts.done, 1);
        assert.ok(responseTime.min! - firstByte.max! > 100 * MS, `${ms(firstByte.max)} of ${ms(responseTime.min)} ms`);
      } finally {
        server.close();
      }
    });
});
