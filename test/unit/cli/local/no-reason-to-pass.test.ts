import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { LoadTestSpec } from '../../../../api/loadtest/loadtest.ts';
import { judge } from '../../../../model/judge/verdict.ts';
import { resultStatus } from '../../../../model/result/result-status.ts';
import { thresholds as htmlThresholds } from '../../../../render/html/results.ts';
import { junitReport } from '../../../../render/junit.ts';
import { markdownReport } from '../../../../render/markdown.ts';
import { realLoad, realSpec } from '../../../support/real-load.ts';

const WHOLE = { desired: 1, lost: 0 };
const EXPECT_200 = [{ name: 'a', expect: { status: ['200'] } }];
const HUNDRED = { type: 'Closed', closed: { users: 2, iterations: 100 } };
const LOGIN_THEN_PAY = {
  requestOrder: 'Sequential',
  requests: [
    { name: 'login', method: 'POST', path: '/broken' },
    { name: 'pay', method: 'POST', path: '/pay' },
  ],
};
const SELDOM = {
  requests: [
    { name: 'often', path: '/often', weight: 1_000_000 },
    { name: 'pay', path: '/pay', weight: 1 },
  ],
};

/** Runs a load and judges it: how the condition Passed reads, and whether each threshold holds. */
async function verdictOf(spec: LoadTestSpec) {
  const summary = await realLoad(spec, new Map());
  const verdict = judge(spec, summary, WHOLE);
  const { status, reason, message } = verdict.passed;
  return { text: `${status}/${reason} ${message}`, held: verdict.thresholds.map((t) => t.passed), summary, verdict };
}

describe('a test passes only for a reason', () => {
  let answered = 0;
  const wrong = createServer((request, response) => {
    if (request.url === '/broken') response.statusCode = 500;
    response.end();
  });
  // Resets all connections but the first, whose request it answers.
  const resetting = createTcpServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      if (answered++ === 0) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      else socket.resetAndDestroy();
    });
  });
  const urls = { wrong: '', resetting: '', nobody: '' };
  const listen = async (server: Server) => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  before(async () => {
    urls.wrong = await listen(wrong);
    urls.resetting = await listen(resetting);
    const gone = createTcpServer();
    urls.nobody = await listen(gone);
    gone.close();
  });
  after(() => {
    wrong.close();
    resetting.close();
  });
  const spec = (target: keyof typeof urls, fields: object) =>
    realSpec({ load: HUNDRED, ...fields, target: { url: urls[target] } });

  const withoutThresholds: [title: string, target: keyof typeof urls, fields: object, verdict: RegExp][] = [
    [
      'every response is unexpected',
      'wrong',
      { requests: [{ ...EXPECT_200[0], path: '/broken' }] },
      /^False\/ThresholdExceeded errors 100% exceeds 1% \(default\);/,
    ],
    [
      'all connections but one are reset',
      'resetting',
      { requests: EXPECT_200 },
      /^False\/ThresholdExceeded errors 99% exceeds 1% \(default\);/,
    ],
    [
      'all connections are refused',
      'nobody',
      { requests: EXPECT_200 },
      /^False\/NothingAnswered no request was answered;/,
    ],
    [
      'every request is answered as expected',
      'wrong',
      { requests: EXPECT_200 },
      /^True\/ThresholdsMet the default threshold holds \(errors at most 1%\); 100 of 100/,
    ],
  ];
  for (const [title, target, fields, expected] of withoutThresholds)
    it(`without thresholds, ${title}`, async () =>
      assert.match((await verdictOf(spec(target, fields))).text, expected));

  it('a report shows the default threshold as such', async () => {
    const of = spec('wrong', { requests: [{ ...EXPECT_200[0], path: '/broken' }] });
    const { summary, verdict } = await verdictOf(of);
    const { thresholds } = resultStatus(summary, verdict);
    assert.deepEqual(thresholds, [{ metric: 'errors', max: '1%', observed: '100%', passed: false, default: true }]);
    const test = { metadata: { name: 'wrong' }, spec: of, status: { thresholds } };
    assert.match(markdownReport([test]), /❌ \| errors \| 100% \| ≤ 1% \(default\) \|/);
    assert.match(htmlThresholds(test.status), /✗.*broken.*errors.*100%.*≤&nbsp;1% \(default\)/);
    assert.match(junitReport([test]), /name="errors at most 1% \(default\)".*<failure type="ThresholdExceeded"/);
  });

  const shares = ['errors', 'errors.TimedOutWaiting', 'unexpected', 'failed', 'timeout', 'dropped'];
  const limits = [
    ...shares.flatMap((metric) => [
      { metric, request: 'pay', max: '0%' },
      { metric, request: 'pay', min: '0%' },
    ]),
    { metric: 'status.5xx', request: 'pay', max: '0%' },
    { metric: 'rate', request: 'pay', max: '10' },
    { metric: 'responseTime.p99', request: 'pay', max: '1s' },
  ];
  const never: [title: string, fields: object][] = [
    ['that an iteration never reaches', LOGIN_THEN_PAY],
    ['that is never drawn', SELDOM],
  ];
  for (const [title, fields] of never)
    it(`no threshold holds on a request ${title}`, async () => {
      const { text, held, summary } = await verdictOf(spec('wrong', { ...fields, thresholds: limits }));
      assert.equal(summary.requests.at(-1)?.counts.generated, 0);
      assert.deepEqual(
        held,
        limits.map(() => false),
      );
      assert.match(text, /^False\/ThresholdExceeded errors of pay has nothing to measure,/);
    });
});
