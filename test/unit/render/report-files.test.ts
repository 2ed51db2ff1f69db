import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { stringify } from 'yaml';
import type { ReportDocument, Timeline } from '../../../api/report/report-document.ts';
import { loadTestStatusSchema } from '../../../api/status/loadtest-status.ts';
import { readReports } from '../../../cli/input/results.ts';
import { reportOutputs } from '../../../cli/output/report-files.ts';
import { unwritable } from '../../../cli/output/writable.ts';
import { halved } from '../../../model/measure/coarse-timeline.ts';
import { emptyTimeline } from '../../../model/measure/timeline.ts';
import { fit } from '../../../model/result/report-document.ts';
import { niceStep } from '../../../render/html/chart.ts';
import { htmlReport } from '../../../render/html/report.ts';
import { junitReport } from '../../../render/junit.ts';
import { markdownReport } from '../../../render/markdown.ts';
import { reportOf } from '../../support/results/report-document.ts';
import { finished, passed, UNDECIDED } from '../../support/results/report-fixture.ts';

const MALICIOUS = `</script><img src=x onerror=alert(1)>"'&`;
const malicious = () => {
  const report = reportOf();
  return {
    ...report,
    metadata: { name: MALICIOUS },
    status: {
      ...report.status,
      errors: [{ kind: MALICIOUS, count: 1, example: MALICIOUS }],
      ...passed('False', MALICIOUS),
    },
    environment: { version: MALICIOUS },
  };
};

describe('the HTML report', () => {
  const page = htmlReport([reportOf()]);

  it('shows the figures of the status', () => {
    const { status } = reportOf();
    const { responseTime, rate, thresholds, errors, responses } = status;
    const texts = [
      ...Object.values(responseTime!),
      rate!.achieved,
      ...thresholds!.map((t) => t.observed!),
      errors![0]!.kind,
      String(responses![0]!.status),
      'errors 0.39% exceeds 0.1%',
      '5,850',
      'FAILED',
      'OOMKilled',
      'v1.35.0',
    ];
    for (const text of texts) assert.ok(page.includes(text), `${text} is missing`);
  });

  it('shows a method of HTTP in the specification of HTTP requests only', () => {
    const report = reportOf();
    const [request] = report.spec.requests;
    const specification = (requests: typeof report.spec.requests) =>
      htmlReport([{ ...report, spec: { ...report.spec, requests } }]).split('<summary>Specification')[1]!;
    assert.match(specification([request!]), /method: GET/);
    const grpc = { service: 'shop.v1.Orders', method: 'Place' };
    assert.doesNotMatch(specification([{ ...request!, grpc }]), /method: GET/);
  });

  it('says why the run cannot decide a threshold', () => {
    const undecided = htmlReport([{ ...reportOf(), status: { ...reportOf().status, thresholds: [UNDECIDED] } }]);
    assert.match(
      undecided,
      /class="unsure">\?&nbsp;undecided<.*5 requests were cut off: responseTime.p999 is between/s,
    );
  });

  it('has the method, the path, the outcomes and the rate of each request', () => {
    const report = reportOf();
    const [order, items] = report.result.requests;
    const requests = [{ ...order!, path: '/orders?a=<b>', method: 'POST', responsesPerSecond: 121.5 }, items!];
    const html = htmlReport([{ ...report, result: { ...report.result, requests } }]);
    assert.match(
      html,
      /order<br><small>POST \/orders\?a=&lt;b&gt;<\/small><br><small>201 ×5,827, 503 ×3, .*<td>121.5\/s<\/td>/,
    );
    assert.match(html, /items<br><small>GET<\/small><\/td><td>–<\/td>/);
  });

  it('has a chart of the requests that have responses, of the six slowest where they are more', () => {
    const report = reportOf();
    const [known] = report.histograms.requests;
    const titleOf = (count: number) => {
      const requests = Array.from({ length: count }, (_, i) => ({ ...known!, name: `request-${i}` }));
      const html = htmlReport([{ ...report, histograms: { ...report.histograms, requests } }]);
      return /<figcaption>(Response time of each request.*?)</.exec(html)?.[1];
    };
    assert.deepEqual([1, 2, 7].map(titleOf), [
      undefined,
      'Response time of each request',
      'Response time of each request: the 6 slowest',
    ]);
  });

  const lengths: [seconds: number, text: string][] = [
    [12.34, '12.3s'],
    [60, '1m'],
    [330, '5m 30s'],
    [3720, '1h 2m'],
    [86_400, '24h'],
  ];
  for (const [seconds, text] of lengths)
    it(`has a heading with the length of a load of ${seconds} seconds`, () => {
      const report = reportOf();
      const html = htmlReport([{ ...report, result: { ...report.result, loadSeconds: seconds } }]);
      assert.ok(html.includes(`<h1>checkout <small>load of ${text}</small></h1>`));
    });

  it('loads no external resources', () => {
    assert.doesNotMatch(page, /(src|href)="(?!data:,")/);
    assert.doesNotMatch(page, /url\(|@import|fetch\(/);
  });

  it('draws a chart only when it has data', () => {
    assert.deepEqual(
      [...page.matchAll(/<figcaption>(.*?)</g)].map(([, title]) => title),
      ['Requests per second', 'Response time', 'In flight', 'Distribution'],
    );
  });

  it('escapes untrusted text', () => {
    const dangerous = htmlReport([malicious()]);
    assert.equal(dangerous.split('</script>').length, 2, 'the only script is its own');
    assert.doesNotMatch(dangerous, /<img/);
  });

  it('shows the reason when a test had no load', () => {
    const none = htmlReport([reportOf({ status: { ...passed('Unknown', 'no load was made') }, runners: [] })]);
    assert.match(none, /INCONCLUSIVE<\/b> no load was made/);
  });
});

describe('JUnit XML', () => {
  const rows: [title: string, status: Parameters<typeof finished>[0], expected: RegExp][] = [
    ['has a failure for a failed test and for its threshold', {}, /tests="4" failures="2" errors="0"/],
    [
      'has no failure for a passed test',
      { ...passed('True', 'ok'), thresholds: [] },
      /tests="1" failures="0" errors="0"/,
    ],
    [
      'has an error for an inconclusive test',
      { ...passed('Unknown', 'lost'), thresholds: [] },
      /failures="0" errors="1"/,
    ],
    [
      'has an error for a threshold that the run cannot decide',
      { ...passed('Unknown', 'cut off'), thresholds: [UNDECIDED] },
      /failures="0" errors="2".*<error type="Inconclusive" message="5 requests were cut off: responseTime.p999 is/s,
    ],
    ['has the observed value and the limit of a threshold', {}, /message="errors: observed 0.39%, at most 0.1%"/],
    ['has the duration of the test in its suite', {}, /<testsuite name="checkout" [^>]*time="12"/],
    ['has the duration of the test in the case of its verdict', {}, /<testcase [^>]*name="verdict" time="12"/],
  ];
  for (const [title, status, expected] of rows)
    it(title, () => assert.match(junitReport([finished(status)]), expected));

  const [start, at] = ['2026-11-29T10:00:00Z', (time: string) => `2026-11-29T10:${time}Z`];
  const times: [sentence: string, status: object, seconds: string][] = [
    [
      'that was measured, although the operator came back later',
      { loadEndTime: at('00:40.25'), completionTime: at('01:11') },
      '40.25',
    ],
    [
      'that was measured, although the clock of the operator was put back',
      { loadEndTime: at('00:40'), completionTime: start },
      '40',
    ],
    ['up to the end of a test that lost its runners', { loadEndTime: undefined, completionTime: at('00:30') }, '30'],
    ['that is never negative', { loadEndTime: undefined, completionTime: '2026-11-29T09:59:40.2Z' }, '0'],
    ['of no load', { loadStartTime: undefined, loadEndTime: undefined, completionTime: at('00:30') }, '0'],
  ];
  for (const [sentence, status, seconds] of times)
    it(`has the time of the load ${sentence}`, () => {
      const xml = junitReport([finished({ loadStartTime: start, ...status } as object)]);
      assert.deepEqual(
        [...xml.matchAll(/ time="([^"]*)"/g)].map(([, time]) => time),
        [seconds, seconds, seconds],
      );
    });

  it('has times of cases that add up to those of the suites, and these to the whole', () => {
    const xml = junitReport([finished(), finished()]);
    const timesOf = (element: string) =>
      [...xml.matchAll(new RegExp(`<${element} [^>]*?\\btime="([0-9.]+)"`, 'g'))].map(([, time]) => Number(time));
    assert.deepEqual(timesOf('testcase'), [12, 12]);
    assert.deepEqual(timesOf('testsuite'), [12, 12]);
    assert.deepEqual(timesOf('testsuites'), [24]);
  });

  it('escapes untrusted text', () => {
    const xml = junitReport([malicious(), { ...malicious(), metadata: { name: 'a\u0000b\ud800' } }]);
    assert.doesNotMatch(xml, /<img/);
    assert.ok(!xml.includes('\u0000') && xml.isWellFormed());
    assert.equal(xml.match(/<testsuite /g)?.length, 2);
  });
});

describe('Markdown', () => {
  it('starts with the verdict', () => {
    assert.match(markdownReport([finished()]), /^### Load test `checkout`: ❌ failed\n\nerrors 0.39% exceeds 0.1%/);
  });

  it('marks a threshold that the run cannot decide', () => {
    assert.match(markdownReport([finished({ thresholds: [UNDECIDED] })]), /⚠️ \| responseTime\.p999 \| 210ms \|/);
  });

  it('has the statuses with their shares of all responses', () => {
    const text = markdownReport([finished()]);
    assert.match(
      text,
      /\| status \| count \| share \|\n\| --- \| --- \| --- \|\n\| 201 \| 5,827 \| 99.95% \|\n\| 503 \| 3 \| 0.05% \|/,
    );
  });

  it('has the unexpected responses with the reason', () => {
    const unexpected = [{ request: 'order', status: 503, body: 'a | b', reason: 'status 503 is not 201', count: 36 }];
    const text = markdownReport([finished({ unexpected })]);
    assert.match(
      text,
      /\| unexpected response to \| status \| count \| why \|\n.*\n\| order \| 503 \| ×36 \| status 503 is not 201: a \\\| b \|/,
    );
  });

  it('has the whole verdict, and cuts other long texts with an ellipsis, not within an escape', () => {
    const verdict = `${'a threshold is broken, '.repeat(30)}the end`;
    const errors = [{ kind: 'Other', count: 1, example: '|'.repeat(500) }];
    const text = markdownReport([finished({ ...passed('False', verdict), errors })]);
    assert.ok(text.includes(verdict));
    assert.ok(text.includes(`| ${'\\|'.repeat(299)}… |`), text);
  });

  it('escapes untrusted text', () => {
    const text = markdownReport([finished({ errors: [{ kind: 'Other', count: 1, example: 'a | b\n# <b>@someone' }] })]);
    assert.match(text, /a \\\| b \\# \\<b\\>@\u200bsomeone/);
  });
});

describe('a report file', () => {
  const report = reportOf();
  const [json] = reportOutputs([report], { json: 'a.json' });

  it('is read back unchanged', () => {
    assert.deepEqual(readReports(json!.content, 'a.json'), { reports: [report] });
  });

  it('is read from a ConfigMap, as JSON and as YAML', () => {
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', data: { 'report.json': json!.content } };
    assert.deepEqual(readReports(JSON.stringify(configMap), 'c'), { reports: [report] });
    assert.deepEqual(readReports(stringify(configMap), 'c'), { reports: [report] });
  });

  const invalid: [string, string, RegExp][] = [
    ['plain text', 'hello', /it contains no report/],
    ['broken JSON', '{"a":', /it contains no report/],
    ['another resource', '{"kind":"LoadTest"}', /kind: /],
    ['a ConfigMap without a report', '{"kind":"ConfigMap","data":{"a":"b"}}', /it contains no report/],
  ];
  for (const [title, text, problem] of invalid) {
    it(`${title} cannot be read as a report`, () => {
      const read = readReports(text, 'f');
      assert.ok('problems' in read);
      assert.match(read.problems.join('\n'), problem);
    });
  }

  it('is written in the format of each option', () => {
    const files = { report: 'a.html', junit: 'b.xml', json: 'c.json', markdown: '-' };
    assert.deepEqual(
      reportOutputs([report, report], files).map(({ path, content }) => [path, content.slice(0, 5)]),
      [
        ['a.html', '<!doc'],
        ['b.xml', '<?xml'],
        ['c.json', '[{"ap'],
        ['-', '### L'],
      ],
    );
  });
});

describe('a report too large for its ConfigMap', () => {
  const report = reportOf();
  const bytes = JSON.stringify(report).length;

  it('is unchanged when it fits', () => assert.deepEqual(fit(report), report));

  it('first omits the histograms of single requests, and lists them as omitted', () => {
    const fitting = fit(report, bytes - 1);
    assert.deepEqual(fitting.omitted, ['histograms of the single requests']);
    assert.deepEqual(fitting.histograms.requests, []);
    assert.deepEqual(fitting.runners, report.runners);
  });

  it('keeps the lost runners', () => {
    const fitting = fit(report, 1);
    assert.deepEqual(
      fitting.runners.map((r) => r.state),
      ['Lost'],
    );
    assert.equal(fitting.omitted.length, 4);
    assert.deepEqual(loadTestStatusSchema.parse(fitting.status), fitting.status);
  });
});

describe('a timeline with half of the points', () => {
  const points = (change: Partial<Timeline>): Timeline => {
    const length = change.untilSeconds?.length ?? 0;
    const zeros = Object.fromEntries(Object.keys(emptyTimeline()).map((key) => [key, Array(length).fill(0)]));
    return { ...(zeros as Timeline), ...change };
  };
  const whole = points({
    ...{ untilSeconds: [1, 2.002, 3, 4, 5], widthSeconds: [1, 1.002, 0.998, 1, 1] },
    ...{ done: [10, 30, 0, 0, 7], timeout: [0, 10, 0, 0, 0], inFlight: [3, 4, 5, 6, 0] },
    ...{ meanMs: [100, 200, null, null, 70], p99Ms: [900, 500, null, null, 80], maxMs: [950, 700, null, null, 90] },
    ...{ p50Ms: [90, 95, null, 4, 60] },
  });
  const half = halved(whole);
  const rows: [title: string, column: keyof Timeline, expected: (number | null)[]][] = [
    ['ends each point at the end of the second of two', 'untilSeconds', [2.002, 4, 5]],
    ['adds the widths of two points', 'widthSeconds', [2.002, 1.998, 1]],
    ['adds the counters of two points', 'done', [40, 0, 7]],
    ['has the requests in flight at the end of two points', 'inFlight', [4, 6, 0]],
    ['weights means by the number of their responses', 'meanMs', [180, null, 70]],
    ['has the higher of two percentiles', 'p99Ms', [900, null, 80]],
    ['has the only percentile when one point has none', 'p50Ms', [95, 4, 60]],
    ['has the higher maximum', 'maxMs', [950, null, 90]],
  ];
  for (const [title, column, expected] of rows) it(title, () => assert.deepEqual(half[column], expected));

  it('replaces the timeline of a report that is too large, and has the same sums', () => {
    const sums = ({ timeline }: ReportDocument) =>
      (['widthSeconds', 'generated', 'made', 'done', 'failed'] as const).map((key) =>
        timeline[key].reduce((a, b) => a + b),
      );
    const fitting = fit(reportOf(), 1);
    assert.equal(fitting.timeline.untilSeconds.length, 3);
    assert.deepEqual(sums(fitting), sums(reportOf()));
    assert.match(fitting.omitted.at(-1) ?? '', /two became one each/);
  });
});

describe('the step of an axis', () => {
  const rows: [number, number][] = [
    [0.3, 0.5],
    [1, 1],
    [1.1, 2],
    [4, 5],
    [60, 100],
  ];
  for (const [least, step] of rows) it(`is ${step} for at least ${least}`, () => assert.equal(niceStep(least), step));
});

describe('the check for unwritable files before a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadtest-files-'));
  after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'known'), 'kept');
  mkdirSync(join(folder, 'folder'));
  const rows: [title: string, path: string, reason: RegExp | undefined][] = [
    ['accepts a new file', join(folder, 'new'), undefined],
    ['accepts an existing file', join(folder, 'known'), undefined],
    ['accepts standard output', '-', undefined],
    ['accepts a device', '/dev/null', undefined],
    [
      'refuses a file in a missing folder',
      join(folder, 'none/a.html'),
      /none\/a\.html cannot be written: no such file or directory$/,
    ],
    ['refuses a folder', join(folder, 'folder'), /folder cannot be written: it is a folder$/],
    ['refuses a file in a file', join(folder, 'known/a.html'), /a\.html cannot be written: not a directory$/],
  ];
  for (const [title, path, reason] of rows)
    it(title, () => {
      const problems = unwritable({ report: path });
      assert.equal(problems.length, reason === undefined ? 0 : 1);
      if (reason !== undefined) assert.match(problems[0]!, reason);
    });

  it('creates and changes nothing', () => {
    assert.deepEqual(readdirSync(folder).sort(), ['folder', 'known']);
    assert.equal(readFileSync(join(folder, 'known'), 'utf8'), 'kept');
  });
});
