import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { COUNTER_NAMES, recordOf } from '../../../api/status/counters.ts';
import { coloured, plain, wantsColour } from '../../../render/common/paint.ts';
import { table, tableWithin } from '../../../render/common/table.ts';
import { outcomesInWords } from '../../../render/common/wording.ts';
import { jsonReport, yamlReport } from '../../../render/documents.ts';
import { textReport } from '../../../render/text/report.ts';
import { countsOf } from '../../support/results/counts.ts';
import { finished, passed, UNDECIDED } from '../../support/results/report-fixture.ts';

const REPORT = `\
checkout  http://shop.test/api
open model, uniform arrivals: 0 to 500/s in 2s, 500/s for 10s
from 2026-03-01T12:00:00.000Z to 2026-03-01T12:00:12.000Z

Rate
  target 487.5/s on average, achieved 483/s (99.1%)

Requests
  generated  5,850  = 5,840 made + 10 dropped (never sent)
  made       5,840  = 5,830 done + 6 timeout + 4 failed
  done       5,830  = 5,827 as expected + 3 unexpected
  in flight  1,200    at most at the same time

Times
                   min   mean    p50   p90   p95   p99  p99.9   max
  response time  212us  9.1ms  8.5ms  21ms  30ms  88ms  210ms  0.6s
  first byte     212us  9.1ms  8.5ms  21ms  30ms  70ms  210ms  0.6s
  service time   212us  9.1ms  8.5ms  21ms  30ms  61ms  210ms  0.6s
  response time and first byte count from the intended arrival, service time
  from the write of the request; all include timeouts

Each request (response time)
         generated   done  timeout  failed  dropped  unexpected
  order      5,850  5,830        6       4       10           3
  items      5,850      0        6       4       10           3

           p50   p90   p95   p99   max  outcomes
  order  8.5ms  21ms  30ms  88ms  0.6s  201 ×5,827, 503 ×3, ConnectionRefused ×4
  items      -     -     -     -     -

Connections
  64 opened, 5,776 requests on one that had carried another
  1.23 MB sent, 45.6 MB received
                   min   mean    p50   p90   p95   p99  p99.9   max
  connect        212us  9.1ms  8.5ms  21ms  30ms  88ms  210ms  0.6s
  TLS handshake  212us  9.1ms  8.5ms  21ms  30ms  95ms  210ms  0.6s

Statuses
  201  5,827  99.95%
  503      3   0.05%

Errors
  ConnectionRefused  4  e.g. connect ECONNREFUSED 127.0.0.1:1
                        check: whether the target runs; its port

Thresholds
  ✓  responseTime.p99   88ms  at most 250ms
  ✗  errors            0.39%  at most 0.1%
  ✓  rate                483  at least 480

Generator
  2 runners, CPU 41% of a core each
  throttled by its CPU limit 3% of the time
  garbage collection pauses of at most 3.1ms, 0.4% of the time
  it kept up

FAILED  errors 0.39% exceeds 0.1%; 5,830 of 5,850 requests done, 483/s
`;

describe('the text report', () => {
  it('lists the outcomes of a request: statuses, then errors, then the number of further ones', () => {
    const responses = [200, 301, 404].map((status) => ({ status, count: 1000 + status }));
    const errors = ['ConnectionReset', 'DNSNotFound'].map((kind) => ({ kind, count: 7 }));
    assert.equal(outcomesInWords({}), '');
    assert.equal(outcomesInWords({ errors }), 'ConnectionReset ×7, DNSNotFound ×7');
    const most = '200 ×1,200, 301 ×1,301, 404 ×1,404, ConnectionReset ×7, 1 more';
    assert.equal(outcomesInWords({ responses, errors }), most);
  });

  it('has the reason of the end when the verdict omits it', () => {
    const verdict = passed('Unknown', 'no load was made: no login').conditions!;
    const complete = (reason: string, message: string) => ({
      conditions: [...verdict, { ...verdict[0]!, type: 'Complete', status: 'True' as const, reason, message }],
    });
    const lost = textReport(finished(complete('RunnersLost', 'runner 1: OOMKilled')));
    assert.match(lost, /\n\nRunnersLost: runner 1: OOMKilled\n\nINCONCLUSIVE {2}no load was made: no login\n$/);
    assert.doesNotMatch(textReport(finished(complete('SetupFailed', 'no login'))), /SetupFailed/);
  });
  it('shows the mismatch of a script beside the body of the response', () => {
    const unexpected = [{ request: 'order', status: 200, body: '{}', reason: 'there is no sku' }];
    assert.match(textReport(finished({ unexpected })), /order +200 +there is no sku: {}\n/);
  });
  it('shows all figures of the status', () => assert.equal(textReport(finished()), REPORT));

  const counts = finished().status!.counts!;
  const closed = (more: object) => ({ type: 'Closed', closed: { users: 50, ...more } });
  const lines: [string, ReturnType<typeof finished>, string][] = [
    ['a pass', finished(passed('True', 'all 2 thresholds hold')), 'PASSED  all 2 thresholds hold'],
    ['an inconclusive verdict', finished(passed('Unknown', 'was the limit')), 'INCONCLUSIVE  was the limit'],
    ['that a test is not finished', finished({ conditions: [] }), 'NOT FINISHED'],
    [
      'what share of its target a rate of one a minute is',
      finished({ rate: { target: '0.01667', achieved: '1' } }),
      'target 0.01667/s on average, achieved 1/s (6000%)',
    ],
    [
      'a rate that does not reach its target',
      finished({ rate: { target: '487.5', achieved: '487.4' } }),
      'achieved 487.4/s (99.98%)',
    ],
    [
      'requests that the end of the load aborted',
      finished({ counts: { ...counts, done: 5825, aborted: 5 } }),
      '= 5,825 done + 6 timeout + 4 failed + 5 aborted (cut off by the end)',
    ],
    [
      'requests without a known outcome',
      finished({ counts: { ...counts, done: 5828 } }),
      '+ 2 without a known outcome (in flight in the last report)',
    ],
    [
      'lost runners',
      finished({ runners: { desired: 4, ready: 4, succeeded: 3, lost: 1 } }),
      '4 runners, 1 lost, CPU 41% of a core each',
    ],
    ['one runner', finished({ runners: { desired: 1, ready: 1, succeeded: 1, lost: 0 } }), '1 runner, CPU'],
    [
      'a threshold without a measurement',
      finished({ thresholds: [{ metric: 'serviceTime.p50', max: '1s', passed: false }] }),
      '✗  serviceTime.p50  nothing to measure  at most 1s',
    ],
    [
      'a threshold that the run cannot decide',
      finished({ thresholds: [UNDECIDED] }),
      '?  responseTime.p999  210ms  at most 250ms\n  ?  5 requests were cut off: responseTime.p999 is between',
    ],
    [
      'a range',
      finished({ thresholds: [{ metric: 'rate', min: '1', max: '9', observed: '5', passed: true }] }),
      '✓  rate  5  at least 1, at most 9',
    ],
    [
      'that a closed model has no target rate',
      finished({ rate: { achieved: '7' } }, closed({ duration: '1m' })),
      'achieved 7/s (a closed model has no target rate)',
    ],
    [
      'a closed load',
      finished({}, closed({ duration: '1m', iterations: 10_000, thinkTime: '2s' })),
      'closed model: 50 users, think time 2s, for 1m or 10,000 iterations',
    ],
    [
      'a Poisson load per minute',
      finished({}, { type: 'Open', open: { arrivals: 'Poisson', per: '1m', stages: [{ duration: '1h', rate: 90 }] } }),
      'open model, Poisson arrivals: 90 per 1m for 1h',
    ],
  ];
  for (const [title, test, line] of lines) {
    it(`shows ${title}`, () => {
      const text = textReport(test).replace(/\n {20,}/g, ' ');
      assert.ok(text.includes(line), text);
    });
  }

  it('has only a heading and a verdict for a test without load', () => {
    const { status: _, ...test } = finished();
    const text = textReport({ ...test, status: passed('Unknown', 'no load was made') });
    assert.equal(text.split('\n\n').length, 2);
    assert.match(text, /INCONCLUSIVE {2}no load was made\n$/);
  });

  it('has no table wider than 80 columns, however long names, numbers and texts are', () => {
    const name = 'a-request-with-a-name-that-has-all-of-the-sixty-three-characters';
    const many = countsOf({ ...recordOf(COUNTER_NAMES, () => 1_234_567) });
    const { requests = [], errors = [], thresholds = [] } = finished().status!;
    const test = finished({
      counts: many,
      requests: requests.map((r) => ({ ...requests[0]!, counts: many, name: name.slice(0, 62) + r.name[0] })),
      errors: errors.map((e) => ({ ...e, example: 'a long text '.repeat(20), first: '1.2s', last: '9s' })),
      thresholds: [UNDECIDED, ...thresholds.map((t) => ({ ...t, request: name.slice(0, 63) }))],
      unexpected: [{ request: name.slice(0, 63), status: 500, body: 'x'.repeat(250) }],
    });
    const isSentence = (line: string) => !line.startsWith('  ') || line.startsWith('  garbage');
    const wide = textReport(test)
      .split('\n')
      .filter((line) => line.length > 80 && !isSentence(line));
    assert.deepEqual(wide, []);
    assert.ok(textReport(test, { paint: plain, width: 240 }).includes(`${name.slice(0, 62)}o `));
  });

  it('wraps its sentences at words, and the verdict only at a terminal', () => {
    const long = 'responseTime.p99 of checkout exceeds its limit, '.repeat(5).trim();
    const { generator } = finished().status!;
    const test = finished({
      generator: { ...generator!, saturated: true },
      conditions: [
        ...passed('False', long).conditions!,
        {
          type: 'GeneratorSaturated',
          status: 'True',
          reason: 'PacingLag',
          message: long,
          lastTransitionTime: '2026-03-01T12:00:00.000Z',
        },
        {
          type: 'Complete',
          status: 'True',
          reason: 'Aborted',
          message: `aborted: ${long}`,
          lastTransitionTime: '2026-03-01T12:00:00.000Z',
        },
      ],
    });
    const wide = (isTerminal: boolean) =>
      textReport(test, { paint: plain, width: 80, isTerminal })
        .split('\n')
        .filter((line) => line.length > 80);
    assert.deepEqual([wide(true), wide(false)], [[], [`FAILED  ${long}`]]);
    assert.match(
      textReport(test, { paint: coloured, width: 80, isTerminal: true }),
      /FAILED.* of\n {8}checkout exceeds/,
    );
  });

  it('has the same text with and without colour', () => {
    const text = textReport(finished(), { paint: coloured, width: 80 });
    assert.ok(text.includes('\u001b[31mFAILED\u001b[39m'));
    assert.equal(stripVTControlCharacters(text), REPORT);
  });
});

describe('colour', () => {
  const cases: [string, boolean, boolean | undefined, Record<string, string>][] = [
    ['is used at a terminal', true, true, { TERM: 'xterm' }],
    ['is not used in a pipe', false, undefined, { TERM: 'xterm' }],
    ['is not used with NO_COLOR', false, true, { NO_COLOR: '1' }],
    ['is used in a pipe with FORCE_COLOR', true, undefined, { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }],
    ['is not used with FORCE_COLOR=0', false, true, { FORCE_COLOR: '0', TERM: 'xterm' }],
    ['is used with an empty NO_COLOR', true, true, { NO_COLOR: '' }],
    ['is not used at a dumb terminal', false, true, { TERM: 'dumb' }],
  ];
  for (const [name, expected, isTTY, env] of cases) {
    it(name, () => assert.equal(wantsColour({ isTTY }, env), expected));
  }
});

describe('a table', () => {
  it('aligns texts to the left and numbers to the right', () => {
    assert.deepEqual(
      table([
        ['a', '1'],
        ['bcd', '234'],
      ]),
      ['a      1', 'bcd  234'],
    );
  });
  it('ignores the escape sequences of a coloured cell in its width', () => {
    assert.deepEqual(
      table([
        [coloured('red', 'x'), '1'],
        ['yy', '2'],
      ]).map(stripVTControlCharacters),
      ['x   1', 'yy  2'],
    );
  });
  describe('within so many columns', () => {
    const name = 'the-one-with-a-very-long-name-of-63-characters';
    const rows = [
      ['a', '1', 'one two three four five six seven'],
      [name, '2', 'eight'],
    ];
    it('is unchanged where it fits', () =>
      assert.deepEqual(tableWithin(100, rows, ['left', 'right', 'left']), table(rows, ['left', 'right', 'left'])));
    it('continues texts of the last column below', () =>
      assert.deepEqual(tableWithin(73, rows, ['left', 'right', 'left']), [
        `a${' '.repeat(45)}  1  one two three four`,
        `${' '.repeat(51)}five six seven`,
        `${name}  2  eight`,
      ]));
    it('cuts long names in their middle where that is not enough', () =>
      assert.deepEqual(tableWithin(42, rows, ['left', 'right', 'left']), [
        `a${' '.repeat(20)}  1  one two three`,
        `${' '.repeat(26)}four five six`,
        `${' '.repeat(26)}seven`,
        'the-one-wi…characters  2  eight',
      ]));
  });

  it('has no trailing spaces', () =>
    assert.deepEqual(
      table(
        [
          ['a', ''],
          ['b', '1'],
        ],
        ['left', 'left'],
      ),
      ['a', 'b  1'],
    ));
});

describe('the resource as a document', () => {
  const test = finished();
  it('is unchanged in YAML', () => assert.deepEqual(parse(yamlReport([test])), test));
  it('is unchanged in JSON', () => assert.deepEqual(JSON.parse(jsonReport([test])), test));
  it('is one of several YAML documents', () => {
    assert.deepEqual(
      parseAllDocuments(yamlReport([test, test])).map((d) => d.toJS()),
      [test, test],
    );
  });
  it('is an item of a JSON List', () => {
    assert.deepEqual(JSON.parse(jsonReport([test, test])), { apiVersion: 'v1', kind: 'List', items: [test, test] });
  });
});
