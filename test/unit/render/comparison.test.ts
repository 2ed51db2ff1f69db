import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { compareResults } from '../../../cli/commands/compare.ts';
import { readResults, resultCalled } from '../../../cli/input/results.ts';
import { compareRuns } from '../../../model/compare/comparison.ts';
import { formatIntervals } from '../../../model/compare/intervals.ts';
import { comparisonMarkdown, comparisonText } from '../../../render/common/comparison.ts';
import { plain } from '../../../render/common/paint.ts';
import { jsonReport, yamlReport } from '../../../render/documents.ts';
import { htmlReport } from '../../../render/html/report.ts';
import { junitReport } from '../../../render/junit.ts';
import { markdownReport } from '../../../render/markdown.ts';
import { textReport } from '../../../render/text/report.ts';
import { OPEN, simulate, specOf } from '../../support/results/comparison-runs.ts';
import { reportOf } from '../../support/results/report-document.ts';
import { finished, passed } from '../../support/results/report-fixture.ts';

const spec = specOf();
const before = simulate({ ms: 20 }, 1);
const after = simulate({ ms: 25 }, 2);
const comparison = compareRuns(
  { spec, intervals: before },
  { spec, intervals: after },
  { name: 'v41', maxRegression: '10%' },
);
const different: LoadTestStatus['comparison'] = {
  ...{ baseline: 'v41', maxRegression: '10%', result: 'NotComparable', message: 'load.type differs', metrics: [] },
};
const p50 = comparison.metrics[0]!;
const few = [1, 2].map((seed) => ({ spec, intervals: simulate({ ms: 20, perInterval: 60 }, seed) }));
const noisy = compareRuns(few[0]!, few[1]!, { name: 'v41', maxRegression: '10%' });

describe('a comparison', () => {
  it('is a regression in these tests', () => assert.equal(comparison.result, 'Regressed'));

  it('is in the text report, a row for each metric', () => {
    const text = textReport(finished({ comparison }));
    assert.match(text, /^Against v41, at most 10% worse\n {5}metric +baseline +observed +change +range$/m);
    assert.ok(text.includes(p50.change!) && text.includes(p50.range!) && text.includes(p50.observed!));
    assert.match(text, /✗ {2}responseTime.p50/);
    assert.match(text, /✓ {2}errors/);
    assert.match(textReport(finished({ comparison: different })), /not compared: load.type differs/);
    assert.doesNotMatch(textReport(finished()), /Against/);
  });

  it('shows in every format which metrics are too noisy to tell a regression', () => {
    assert.equal(noisy.result, 'TooNoisy');
    const test = finished({ comparison: noisy });
    const lines = comparisonText(noisy, 'v42', plain);
    assert.match(textReport(test), /^ {2}[?] {2}responseTime.p99 .*\n {2}✓ {2}rate/m);
    assert.match(lines.at(-1)!, /^TOO NOISY {2}too noisy to tell 10%: .*responseTime.p99 -[0-9.]+% to [+][0-9.]+%; /);
    assert.match(markdownReport([test]), /\| ⚠️ \| responseTime.p99 \|/);
    assert.match(comparisonMarkdown(noisy, 'v42')[0]!, /^⚠️ `v42` against `v41`, .*: too noisy to tell 10%/);
    const report = reportOf();
    const html = htmlReport([{ ...report, status: { ...report.status, comparison: noisy } }]);
    assert.match(html, /[?] too noisy<\/span><\/td><td class="text">responseTime.p99/);
    const junit = junitReport([test]);
    assert.match(
      junit,
      /name="responseTime.p99 at most 10% worse than v41"[^>]*><error type="TooNoisy" message="too noisy to tell 10%: /,
    );
    assert.match(junit, /name="rate at most 10% worse than v41"\/>/);
  });

  it('is a table in Markdown', () => {
    assert.match(markdownReport([finished({ comparison })]), /\| ❌ \| responseTime.p50 \|/);
    assert.match(comparisonMarkdown(different!, 'v42').join('\n'), /^⚠️ `v42` against `v41`, .*: load.type differs$/);
  });

  it('is a case for each metric in JUnit, and an error when the results are not comparable', () => {
    const junit = junitReport([finished({ comparison })]);
    assert.match(junit, /name="responseTime.p50 at most 10% worse than v41"><failure type="Regressed"/);
    assert.match(junit, /name="errors at most 10% worse than v41"\/>/);
    assert.match(
      junitReport([finished({ comparison: different })]),
      /<error type="NotComparable" message="not compared: load/,
    );
  });

  it('has a section in the HTML report, with charts of the intervals of both', () => {
    const report = reportOf();
    const html = htmlReport([
      {
        ...report,
        status: { ...report.status, comparison, windows: formatIntervals(after) },
        baselineWindows: formatIntervals(before),
      },
    ]);
    assert.match(html, /<h2>Against v41, at most 10% worse<\/h2>/);
    assert.match(html, /✗ worse<\/span><\/td><td class="text">responseTime.p50/);
    const charts = html.split('<figure').filter((figure) => figure.includes('Intervals: p'));
    assert.equal(charts.length, 3);
    // Each run is one unbroken line, although the points of the runs alternate.
    for (const figure of charts)
      assert.deepEqual(
        [...figure.matchAll(/ d="([^"]+)"/g)].map(([, d]) => [d!.match(/M/g)?.length, d!.match(/L/g)?.length]),
        [
          [1, 19],
          [1, 19],
        ],
      );
    assert.match(htmlReport([reportOf({ status: { ...report.status, comparison: different } })]), /load.type differs/);
  });
});

describe('an error or unexpected response', () => {
  const errors = [{ kind: 'ConnectionReset', count: 4, example: 'read\nECONNRESET', first: '1.2s', last: '9s' }];
  const unexpected = [{ request: 'order', status: 503, body: '<b>no</b> today', count: 1234 }];
  const status = { ...finished({ errors, unexpected }).status! };

  it('is in every format of the report, with its time', () => {
    assert.match(textReport(finished({ errors })), /ConnectionReset {2}4 {2}1.2s to 9s, e.g. read ECONNRESET/);
    const html = htmlReport([reportOf({ status })]);
    assert.match(html, /<td>1.2s to 9s<\/td>/);
    assert.match(
      html,
      /Unexpected responses.*<td>order<\/td><td>503<\/td><td>×1,234<\/td><td class="text">&lt;b&gt;no&lt;\/b&gt; today/,
    );
    const junit = junitReport([finished({ errors, unexpected })]);
    assert.match(junit, /<system-out>ConnectionReset: 4 requests 1.2s to 9s, e.g. read ECONNRESET\n/);
    assert.match(
      junit,
      /unexpected response to order, 1234 like this: status 503 &lt;b&gt;no&lt;\/b&gt; today<\/system-out>/,
    );
  });

  it('that occurred once has a single time', () => {
    const once = [{ ...errors[0]!, count: 1, last: '1.2s' }];
    assert.match(textReport(finished({ errors: once })), /ConnectionReset {2}1 {2}at 1.2s, e.g./);
  });
});

describe('loadtest compare', () => {
  const complete = (status: LoadTestStatus): LoadTestStatus => ({
    ...status,
    conditions: [
      ...(status.conditions ?? []),
      { type: 'Complete', status: 'True', reason: 'Finished', message: '', lastTransitionTime: '2026-03-01T12:00:00Z' },
    ],
  });
  const test = (name: string, intervals: typeof before) => ({
    ...finished({}, OPEN),
    metadata: { name },
    status: complete({ ...passed('True', 'ok'), windows: formatIntervals(intervals) }),
  });
  const results = (text: string) => {
    const read = readResults(text, 'file');
    assert.ok('results' in read, JSON.stringify(read));
    return read.results;
  };

  it('reads lists and the output of -o json, -o yaml and --json', () => {
    const [a, b] = [test('v41', before), test('v42', after)];
    const report = { ...reportOf(), spec: a.spec, status: a.status };
    for (const text of [jsonReport([a]), yamlReport([a]), JSON.stringify({ ...report, metadata: { name: 'v41' } })]) {
      const [result] = results(text);
      assert.equal(result?.name, 'v41');
      assert.deepEqual(result.status.windows, formatIntervals(before));
    }
    assert.deepEqual(
      results(jsonReport([a, b])).map((r) => r.name),
      ['v41', 'v42'],
    );
    assert.equal(resultCalled('v42', results(jsonReport([a, b])))?.name, 'v42');
    assert.equal(resultCalled('v43', results(jsonReport([a, b]))), undefined);
    assert.equal(resultCalled('v43', results(jsonReport([a])))?.name, 'v41');
  });

  it('reports why a file has no result', () => {
    const { status: _, ...open } = test('v41', before);
    assert.deepEqual(readResults(yamlReport([open]), 'a.yaml'), {
      problems: ['a.yaml: it contains no LoadTest with a status'],
    });
    const read = readResults('{"kind": "LoadTestReport"}', 'a.json');
    assert.ok('problems' in read && read.problems.every((p) => p.startsWith('a.json: ')), JSON.stringify(read));
  });

  it('has the same result as the verdict of a test with that baseline', () => {
    const [a, b] = results(jsonReport([test('v41', before), test('v42', after)]));
    assert.deepEqual(compareResults(a!, b!, '10%'), comparison);
    assert.equal(compareResults(b!, a!, '10%').result, 'Improved');
    assert.equal(compareResults(a!, a!, '10%').result, 'Unchanged');
    assert.match(compareResults(a!, { ...b!, status: {} }, '10%').message, /^v42 is not complete$/);
  });

  it('compares the metrics that the second test chooses', () => {
    const [a, b] = results(jsonReport([test('v41', before), test('v42', after)]));
    const compareWith = { name: 'v40', maxRegression: '10%', metrics: ['rate' as const] };
    const { result, metrics } = compareResults(a!, { ...b!, spec: { ...b!.spec, compareWith } }, '10%');
    assert.deepEqual([result, metrics.map((m) => m.metric)], ['Unchanged', ['rate']]);
  });

  it('prints a table and the result', () => {
    const lines = comparisonText(comparison, 'v42', plain);
    assert.equal(lines[0], 'v42 against v41, at most 10% worse');
    assert.match(lines.at(-1)!, /^REGRESSED {2}responseTime.p50 .* above .* of v41/);
    assert.equal(comparisonText(different!, 'v42', plain).at(-1), 'NOT COMPARABLE  load.type differs');
  });
});
