import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { reportDocumentSchema } from '../../../../api/report/report-document.ts';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { reportFromCluster } from '../../../../cli/cluster/cluster-report.ts';
import { type KubectlResult, problemIn } from '../../../../cli/cluster/kubectl.ts';
import { untilComplete } from '../../../../cli/cluster/wait.ts';
import { reportOutputs } from '../../../../cli/output/report-files.ts';
import { displayOn, type Screen } from '../../../../cli/terminal/display.ts';
import { plain } from '../../../../render/common/paint.ts';
import { htmlReport } from '../../../../render/html/report.ts';
import { junitReport } from '../../../../render/junit.ts';
import { textReport } from '../../../../render/text/report.ts';
import { countsOf } from '../../../support/results/counts.ts';
import { reportOf } from '../../../support/results/report-document.ts';

const at = '2026-03-01T12:00:00.000Z';
const condition = (type: string, status: 'True' | 'False', reason: string, message = '') => ({
  ...{ type, status, reason, message },
  lastTransitionTime: at,
});
const object = (status: LoadTestStatus, spec?: unknown): KubectlResult => ({
  out: JSON.stringify({ metadata: { name: 'checkout', namespace: 'shop', uid: 'u' }, spec, status }),
});
const AWAY: KubectlResult = { problem: 'connection refused', isFinal: false };
const MISSING: KubectlResult = { problem: 'loadtests "checkout" not found', isFinal: true };
const running = object({ conditions: [condition('Complete', 'False', 'Running')] });
const complete = object({
  conditions: [condition('Complete', 'True', 'Finished'), condition('Passed', 'True', 'ThresholdsMet')],
});

const screenOf = (write: Screen['write']): Screen => ({
  ...{ write, isLive: false, onResize: () => {}, paint: plain },
  size: () => ({ columns: 80, rows: 24 }),
});

/** Waits in a cluster that returns these responses in turn and then repeats the last. The clock advances while `wait` sleeps. */
async function wait(responses: KubectlResult[], isLive = false) {
  const notes: string[] = [];
  let written = '';
  const left = [...responses];
  let clock = 0;
  const end = await untilComplete({
    kubectl: async () => (left.length > 1 ? left.shift()! : left[0]!),
    name: 'checkout',
    display: displayOn({
      ...screenOf((text) => {
        notes.push(...text.trimEnd().split('\n'));
        written += text;
      }),
      isLive,
    }),
    now: () => clock,
    sleep: async (ms) => {
      clock += ms;
    },
  });
  return { end, notes, written, clock };
}

describe('loadtest wait', () => {
  it('shows each change once, and ends when the test is complete', async () => {
    const { end, notes } = await wait([object({}), running, running, complete]);
    assert.deepEqual(notes, ['waiting for the operator', 'Running', 'Finished']);
    assert.ok('test' in end);
  });

  it('shows figures less often the longer the load lasts', async () => {
    const loadStartTime = new Date(0).toISOString();
    const conditions = [condition('Complete', 'False', 'Running')];
    const seconds = Array.from({ length: 200 }, (_, second) =>
      object({ conditions, loadStartTime, counts: countsOf({ generated: second, made: second, done: second }) }),
    );
    const { notes } = await wait([...seconds, complete]);
    const generated = notes.flatMap((line) => /so far: generated ([0-9]+) /.exec(line)?.[1] ?? []).map(Number);
    assert.deepEqual(generated, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 180]);
    assert.equal(notes.at(-1), 'Finished');
  });

  it('draws the rate between two states of the load, and the p99 so far, as the view of a local run does', async () => {
    const spec = loadTestSpecSchema.parse({
      target: { url: 'http://shop' },
      load: { type: 'Closed', closed: { users: 1, duration: '60s' } },
    });
    const written = (done: number, achieved: string, p99: string) =>
      object(
        {
          conditions: [condition('Complete', 'False', 'Running')],
          loadStartTime: at,
          counts: countsOf({ generated: done, made: done, done }),
          rate: { achieved },
          responseTime: { min: '1ms', p50: '1ms', p90: '1ms', p95: '1ms', p99, p999: p99, max: p99, mean: '1ms' },
        },
        spec,
      );
    const states = [written(0, '0', '1ms'), written(1000, '100', '1ms'), written(1000, '100', '1ms')];
    const { written: drawn } = await wait(
      [...states, written(1500, '75', '2ms'), written(3500, '116.7', '4ms'), complete],
      true,
    );
    assert.deepEqual([...drawn.matchAll(/so far +([▁-█]+)/g)].map(([, line]) => line).slice(-2), ['▄▂█', '▂▄█']);
  });

  it('tolerates a cluster that is unreachable for a while', async () => {
    const { end, notes } = await wait([running, AWAY, AWAY, AWAY, complete]);
    assert.ok('test' in end);
    assert.deepEqual(notes, ['Running', 'no response from the cluster: connection refused', 'Finished']);
  });

  it('ends with a problem after a minute without a response of the cluster', async () => {
    const { end, clock } = await wait([running, AWAY]);
    assert.deepEqual(end, { problem: 'connection refused' });
    assert.ok(clock > 60_000 && clock < 65_000);
  });

  const NOWHERE: KubectlResult = { problem: 'kubectl reaches no cluster: refused', isFinal: false, isAway: true };
  it('ends at once when no cluster has ever answered', async () => {
    const { end, notes, clock } = await wait([NOWHERE]);
    assert.deepEqual([end, notes, clock], [{ problem: 'kubectl reaches no cluster: refused' }, [], 0]);
  });

  it('asks again when the cluster has answered before, and tells so once', async () => {
    const { end, notes } = await wait([running, NOWHERE, NOWHERE, complete]);
    assert.ok('test' in end);
    assert.deepEqual(notes, ['Running', 'kubectl reaches no cluster: refused; asking again for a minute', 'Finished']);
  });

  it('asks again when the API server has answered with an error that passes', async () => {
    const starting: KubectlResult = { problem: 'etcdserver: leader changed', isFinal: false, isAway: false };
    assert.ok('test' in (await wait([starting, NOWHERE, complete])).end);
  });

  it('ends at once when the test does not exist', async () => {
    const { end, clock } = await wait([MISSING]);
    assert.deepEqual([end, clock], [{ problem: MISSING.problem }, 0]);
  });

  it('ends at once with a problem when the test is invalid', async () => {
    const invalid = [
      condition('Accepted', 'False', 'Invalid', 'spec.load: no'),
      condition('Complete', 'True', 'Invalid'),
    ];
    const { end } = await wait([object({ conditions: invalid })]);
    assert.deepEqual(end, { problem: 'Invalid: spec.load: no' });
  });

  it('ends with the verdict when the test exceeds a limit', async () => {
    const refused = ['False', 'True'] as const;
    const conditions = refused.map((status, i) => condition(['Accepted', 'Complete'][i]!, status, 'LimitExceeded'));
    const { end } = await wait([object({ conditions })]);
    assert.ok('test' in end);
  });
});

describe("a problem in kubectl's words", () => {
  const log = (cause: string) => `E1129 18:27:06.731778   14985 memcache.go:265] "Unhandled Error" err="${cause}"`;
  const refused = 'The connection to the server localhost:8080 was refused - did you specify the right host or port?';
  const rows: [title: string, stderr: string, problem: string, isFinal: boolean, isAway: boolean][] = [
    [
      'leaves out the log of its client',
      `${Array(5).fill(log('dial tcp 127.0.0.1:8080: connect: connection refused')).join('\n')}\n${refused}\n`,
      `kubectl reaches no cluster: ${refused}`,
      ...([false, true] as const),
    ],
    [
      'has the last cause in a log without other words',
      `${log('first')}\n${log('Get \\"http://a/api\\": EOF')}\n`,
      'kubectl reaches no cluster: Get "http://a/api": EOF',
      ...([false, true] as const),
    ],
    [
      'is final when the object is not there',
      'Error from server (NotFound): loadtests.loadtest.dev "x" not found\n',
      'Error from server (NotFound): loadtests.loadtest.dev "x" not found',
      ...([true, false] as const),
    ],
    [
      'is final when the operator is not installed',
      'error: the server doesn\'t have a resource type "loadtests"\n',
      'the server doesn\'t have a resource type "loadtests"',
      ...([true, false] as const),
    ],
    [
      'names a context that is not there',
      'Error in configuration: context was not found for specified context: x\n',
      'kubectl reaches no cluster: Error in configuration: context was not found for specified context: x',
      ...([false, true] as const),
    ],
    [
      'passes when the server is busy',
      'Error from server (ServiceUnavailable): the server is currently unable to handle the request\n',
      'Error from server (ServiceUnavailable): the server is currently unable to handle the request',
      ...([false, false] as const),
    ],
  ];
  for (const [title, stderr, problem, isFinal, isAway] of rows)
    it(title, () => assert.deepEqual(problemIn(stderr), { problem, isFinal, isAway }));
});

describe('the report of a LoadTest in a cluster', () => {
  const report = reportOf();
  const { spec } = report;
  const configMapOf = (uid: string) => ({
    kind: 'ConfigMap',
    metadata: { ownerReferences: [{ kind: 'LoadTest', name: 'checkout', uid, controller: true }] },
    data: { 'report.json': JSON.stringify(report) },
  });
  const persisted = object({ report: { configMapRef: { name: 'checkout-report-1' } } });
  const ended = (reason: string, status: LoadTestStatus = {}) => {
    const message = `no load was made: ${reason}`;
    const passed = { ...condition('Passed', 'True', reason, message), status: 'Unknown' as const };
    return object({ conditions: [condition('Complete', 'True', reason, message), passed], ...status }, spec);
  };
  const reportIn = async (test: KubectlResult) => {
    const found = await reportFromCluster(async () => test, 'checkout');
    assert.ok('reports' in found, JSON.stringify(found));
    return found.reports;
  };

  it('is read from the ConfigMap that the status names', async () => {
    const calls: string[] = [];
    const found = await reportFromCluster(async (args) => {
      calls.push(args.slice(0, 3).join(' '));
      return args[1] === 'configmap' ? { out: JSON.stringify(configMapOf('u')) } : persisted;
    }, 'checkout');
    assert.deepEqual(found, { reports: [report] });
    assert.deepEqual(calls, ['get loadtests.loadtest.dev checkout', 'get configmap checkout-report-1']);
  });

  it('is not read from a ConfigMap that belongs to another LoadTest', async () => {
    const response = { out: JSON.stringify(configMapOf('another')) };
    assert.deepEqual(
      await reportFromCluster(async (args) => (args[1] === 'configmap' ? response : persisted), 'checkout'),
      {
        problems: ['ConfigMap checkout-report-1 does not belong to LoadTest checkout'],
      },
    );
  });

  it('is built from the status, with a note, for those who may not read ConfigMaps', async () => {
    const { status } = report;
    const forbidden = { problem: 'configmaps "checkout-report-1" is forbidden', isFinal: true };
    const test = object({ ...status, report: { configMapRef: { name: 'checkout-report-1' } } }, spec);
    const found = await reportFromCluster(async (args) => (args[1] === 'configmap' ? forbidden : test), 'checkout');
    assert.ok('reports' in found, JSON.stringify(found));
    assert.deepEqual(found.reports[0]?.omitted, ['timeline', 'histograms', 'runners', 'environment']);
    assert.equal(found.note, `the report is made of the status alone: ${forbidden.problem}`);
  });

  it('does not exist before the end', async () => {
    assert.deepEqual(await reportFromCluster(async () => running, 'checkout'), {
      problems: ['LoadTest checkout has no report yet: it is not complete (Running)'],
    });
  });

  it('is built from the status in every format when no load was made', async () => {
    const reports = await reportIn(ended('ReadyTimeout'));
    assert.equal(reportDocumentSchema.safeParse(reports[0]).error, undefined);
    assert.deepEqual(reports[0]?.omitted, []);
    const files = { report: 'r.html', junit: 'j.xml', json: 'r.json', markdown: 'r.md' };
    for (const { path, content } of reportOutputs(reports, files))
      assert.match(content, /no load was made: ReadyTimeout/, path);
    assert.match(textReport(reports[0]!), /INCONCLUSIVE {2}no load was made: ReadyTimeout/);
    assert.match(junitReport(reports), /errors="1".*<error type="ReadyTimeout"/s);
  });

  it('is built from the status when no report was persisted, and lists the omitted parts', async () => {
    const { status } = report;
    const reports = await reportIn(object({ ...status, report: undefined }, spec));
    assert.deepEqual(reports[0]?.omitted, ['timeline', 'histograms', 'runners', 'environment']);
    assert.match(htmlReport(reports), /Left out: timeline, histograms, runners, environment/);
    assert.match(textReport(reports[0]!), /5,830 of 5,850 requests done/);
  });

  it('cannot be built from an invalid spec', async () => {
    const test = object({ conditions: [condition('Complete', 'True', 'Invalid')] }, {});
    assert.deepEqual(await reportFromCluster(async () => test, 'checkout'), {
      problems: ['LoadTest checkout has no report: its spec is not valid'],
    });
  });
});
