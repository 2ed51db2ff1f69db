import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { traces } from '../../../render/html/results.ts';
import { tracesSection } from '../../../render/text/outcomes.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';
const STATUS: LoadTestStatus = {
  traces: [
    {
      ...{ kept: 'Slowest', traceId: ID, request: 'pay', outcome: '200', responseTime: '1.2s' },
      link: `https://tempo.test/?a=1&id=${ID}`,
    },
    { kept: 'Unexpected', traceId: ID, request: 'login', outcome: 'TimedOutWaiting', responseTime: '10s' },
  ],
};

test('a text report lists traces with their addresses', () => {
  assert.deepEqual(tracesSection(STATUS), [
    {
      title: 'Traces of sampled requests',
      lines: [
        `slow        pay    200              1.2s  https://tempo.test/?a=1&id=${ID}`,
        `unexpected  login  TimedOutWaiting   10s  ${ID}`,
      ],
    },
  ]);
  assert.deepEqual(tracesSection({}), []);
});

test('the HTML report links traces', () => {
  const html = traces(STATUS);
  assert.match(html, new RegExp(`<a href="https://tempo\\.test/\\?a=1&amp;id=${ID}" rel="noreferrer">${ID}</a>`));
  assert.match(html, new RegExp(`<td class="text">${ID}</td>`));
  assert.equal(traces({ traces: [] }), '');
});
