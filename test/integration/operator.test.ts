import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { request } from 'undici';
import { jobName, LABEL_TEST, LABEL_TEST_UID } from '../../api/common/names.ts';
import { MAX_UPDATE_BYTES } from '../../api/protocol/exchange.ts';
import { readReports } from '../../cli/input/results.ts';
import { decodeHistogram } from '../../model/wire/histogram-encoding.ts';
import { encodeRunnerUpdate, encodeSnapshot } from '../../model/wire/runner-update.ts';
import type { Job, OwnerReference, Pod } from '../../operator/kube/types.ts';
import { type Operator, startOperator } from '../../operator/operator.ts';
import { jsonLog } from '../../operator/runtime/log.ts';
import { until } from '../cluster/system/wait.ts';
import { snapshot } from '../support/operator/operator-fixtures.ts';
import { eventsUntilInconclusive } from './support/events.ts';
import { CONFIG, SimulatedNode } from './support/simulated-node.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const spec = (change: Record<string, unknown> = {}) => ({
  target: { url: 'http://checkout.shop.svc' },
  load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } },
  runners: { replicas: 2 },
  ...change,
});

let server: TestServer;
let node: SimulatedNode;
let operator: Operator;
const lines: string[] = [];
const start = () =>
  startOperator({ config: CONFIG, log: jsonLog((line) => lines.push(line)), kubeconfig: server.kubeconfig });

before(async () => {
  server = await startTestServer();
});
after(() => server.stop());
beforeEach(async () => {
  node = new SimulatedNode(server, 'default');
  operator = await start();
  node.operator = operator;
});
afterEach((context) => {
  if ('passed' in context && context.passed === false) process.stderr.write(lines.join(''));
  lines.length = 0;
  return operator.stop();
});

describe('a LoadTest on a real control plane', () => {
  it('creates its Job, starts the runners together, merges their results, and leaves nothing behind', async () => {
    const uid = await node.apply('whole-life', spec());
    const pods = await node.pods('whole-life', 2);
    const [job] = await node.children<Job>('/apis/batch/v1', 'whole-life');
    assert.deepEqual(job?.metadata.ownerReferences?.[0]?.uid, uid);
    const waiting = await node.until('whole-life', 'Accepted', 'True');
    assert.equal(waiting.conditions?.find((c) => c.type === 'Complete')?.reason, 'WaitingForRunners');
    assert.ok(waiting.startTime);

    const [first, second] = await Promise.all(pods.map((pod) => node.token(pod)));
    const prepare = await node.untilInstruction(first!, { phase: 'Starting' }, 'Prepare');
    assert.equal(prepare.assignment?.index, 0);
    assert.equal(prepare.assignment?.replicas, 2);
    assert.equal(prepare.assignment?.spec.load.open?.per, '1s');
    assert.equal((await node.sendUpdate(first!, { phase: 'Ready' })).instruction, 'Wait');
    await node.untilInstruction(second!, { phase: 'Starting' }, 'Prepare');
    const starts = await Promise.all(
      [first!, second!].map((t) => node.untilInstruction(t, { phase: 'Ready' }, 'Start')),
    );
    const status = await node.status('whole-life');
    for (const { startAtMs, nowMs, heldMs } of starts) {
      // At once, if the write of the status took longer than the lead of loadStartTime.
      assert.equal(startAtMs, Math.max(nowMs, Date.parse(status.loadStartTime ?? '')));
      assert.notEqual(heldMs, undefined, 'sent as soon as it was persisted');
    }

    const running = { phase: 'Running' as const, snapshot: snapshot(10) };
    assert.equal((await node.sendUpdate(first!, running)).instruction, 'Continue');
    const metrics = await request(`http://127.0.0.1:${operator.metricsPort}/metrics`);
    assert.match(
      await metrics.body.text(),
      /^loadtest_requests_done_total\{loadtest_namespace="default",loadtest="whole-life"\} 10$/m,
    );

    const final = [snapshot(400, 5), snapshot(600, 20)].map((s) => ({ phase: 'Finished' as const, snapshot: s }));
    assert.equal((await node.sendUpdate(first!, final[0]!)).instruction, 'Wait');
    await node.sendUpdate(second!, final[1]!);
    await node.untilInstruction(first!, final[0]!, 'Accepted');
    await node.untilInstruction(second!, final[1]!, 'Accepted');
    const result = await node.until('whole-life', 'Passed', 'True');
    assert.equal(result.counts?.done, 1000);
    assert.equal(result.responseTime?.p50, '20ms');
    assert.equal(result.responseTime?.min, '5ms');
    assert.deepEqual(result.runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
    assert.equal(result.conditions?.find((c) => c.type === 'Complete')?.reason, 'Finished');

    const reportPath = `/api/v1/namespaces/default/configmaps/${result.report?.configMapRef.name}`;
    const { body: configMap } = await server.call({ method: 'GET', path: reportPath });
    const read = readReports(JSON.stringify(configMap), 'the ConfigMap');
    assert.ok('reports' in read, JSON.stringify(read));
    const [report] = read.reports;
    assert.equal(
      report!.timeline.done.reduce((sum, n) => sum + n, 0),
      1000,
    );
    assert.equal(decodeHistogram(report!.histograms.responseTime)?.unpack().count, 1000);
    assert.equal(report!.status.counts?.done, 1000);
    assert.match(report!.environment.kubernetes ?? '', /^v1[.]/);
    assert.deepEqual(
      report!.runners.map((r) => r.state),
      ['Finished', 'Finished'],
    );

    await server.call({ method: 'DELETE', path: node.path('whole-life') });
    await until(
      'all its objects to be gone',
      async () => {
        const left = [
          ...(await node.children('/apis/batch/v1', 'whole-life')),
          ...(await node.children('/api/v1', 'whole-life')),
        ];
        return left.length === 0 || undefined;
      },
      { timeoutMs: 60_000 },
    );
  });

  it('writes at most 12 times for a short LoadTest', async () => {
    const writes = async () => {
      const { body } = await request(`http://127.0.0.1:${operator.metricsPort}/metrics`);
      const lines = (await body.text()).matchAll(
        /^loadtest_operator_api_requests_total\{method="(?:POST|PATCH|DELETE)",code="\d+"\} (\d+)$/gm,
      );
      return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    const before = await writes();
    await node.apply('frugal', spec());
    const { tokens } = await node.underLoad('frugal', 2);
    for (const t of tokens) await node.sendUpdate(t, { phase: 'Running', snapshot: snapshot(10) });
    for (const t of tokens) await node.sendUpdate(t, { phase: 'Finished', snapshot: snapshot(500) });
    await node.until('frugal', 'Complete', 'True');
    // TokenReviews are POSTs, too: one per runner.
    const spent = (await writes()) - before - tokens.length;
    assert.ok(spent <= 12, `${spent} writes`);
  });

  it('stops the runners of a deleted LoadTest, and ends their pods', async () => {
    await node.apply('deleted', spec());
    const { tokens } = await node.underLoad('deleted', 2);
    await server.call({ method: 'DELETE', path: node.path('deleted') });
    const response = await until(
      'a runner to be stopped',
      async () => {
        const received = await node.post(
          tokens[0],
          JSON.stringify(encodeRunnerUpdate({ phase: 'Running', snapshot: snapshot(10) })),
        );
        // Its pod may be gone before its next update.
        return received.status === 404 || received.body.instruction === 'Stop' ? received : undefined;
      },
      { timeoutMs: 2000 },
    );
    assert.ok(response);
    await until(
      'its Job to be gone',
      async () => (await node.children('/apis/batch/v1', 'deleted')).length === 0 || undefined,
      { timeoutMs: 60_000 },
    );
  });

  it('stops the other runners when one is lost, and keeps its last measurements', async () => {
    await node.apply('lossy', spec());
    const { tokens, pods } = await node.underLoad('lossy', 2);
    for (const t of tokens) await node.sendUpdate(t, { phase: 'Running', snapshot: snapshot(10) });
    await server.call({ method: 'DELETE', path: `/api/v1/namespaces/default/pods/${pods[1]!.metadata.name}` });
    await node.untilInstruction(tokens[0]!, { phase: 'Running', snapshot: snapshot(20) }, 'Stop');
    await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: snapshot(25) });
    const status = await node.until('lossy', 'Complete', 'True');
    assert.equal(status.counts?.done, 35);
    assert.equal(status.runners?.lost, 1);
    assert.equal(status.conditions?.find((c) => c.type === 'Complete')?.reason, 'RunnersLost');
  });

  it('reports why the runners are not ready, and ends after readyTimeout', async () => {
    await node.apply('unready', spec({ runners: { replicas: 1, readyTimeout: '3s' } }));
    const [pod] = await node.pods('unready', 1);
    await node.setPodStatus(pod!, {
      phase: 'Pending',
      containerStatuses: [
        {
          name: 'runner',
          image: 'x',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } },
        } as NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number],
      ],
    });
    const waiting = await until(
      'the reason in the condition',
      async () => (await node.status('unready')).conditions?.find((c) => c.reason === 'ImagePullFailed'),
      { timeoutMs: 5000 },
    );
    assert.match(waiting.message, /no such image/);
    const status = await node.until('unready', 'Complete', 'True');
    assert.equal(status.conditions?.find((c) => c.type === 'Complete')?.reason, 'ReadyTimeout');
    // The first while somebody may still mend it, the second about the end.
    const [reason, end, ...others] = await eventsUntilInconclusive(server, 'unready');
    assert.match(reason ?? '', /^Warning ImagePullFailed: 0 of 1 runners are ready; .*no such image/);
    assert.match(end ?? '', /^Warning Inconclusive: no load was made: after 3s, 0 of 1 runners are ready/);
    assert.deepEqual(others, []);
    await until(
      'the Job to be suspended',
      async () => (await node.children<Job>('/apis/batch/v1', 'unready'))[0]?.spec.suspend || undefined,
      { timeoutMs: 10_000 },
    );
  });

  it('ends at once when it violates a rule that the API server does not enforce', async () => {
    // The rule that a request uses only extracted values exceeds the cost limit of CEL.
    await node.apply('unfit', spec({ requests: [{ name: 'a', path: '/${session.id}' }] }));
    const status = await node.until('unfit', 'Complete', 'True');
    const conditions = (status.conditions ?? []).map(({ type, status, reason }) => `${type}=${status}/${reason}`);
    for (const expected of ['Accepted=False/Invalid', 'Complete=True/Invalid', 'Passed=Unknown/Invalid'])
      assert.ok(conditions.includes(expected), conditions.join(' '));
    assert.match(status.conditions?.find((c) => c.type === 'Passed')?.message ?? '', /\$\{session.id\}/);
    const [event, ...others] = await eventsUntilInconclusive(server, 'unfit');
    assert.match(event ?? '', /^Warning Inconclusive: no load was made: spec.requests.*\$\{session.id\}/);
    assert.deepEqual(others, []);
  });

  it('does not adopt a foreign Job, and creates its own once that is gone', async () => {
    const uid = await node.apply('squatted', spec({ suspend: true, runners: { replicas: 1 } }));
    const jobs = '/apis/batch/v1/namespaces/default/jobs';
    const name = jobName({ name: 'squatted', uid });
    const containers = [{ name: 'x', image: 'x' }];
    const { code } = await server.call({
      method: 'POST',
      path: jobs,
      body: {
        ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name } },
        spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers } } },
      },
    });
    assert.equal(code, 201);
    await server.call({
      method: 'PATCH',
      path: node.path('squatted'),
      contentType: 'application/merge-patch+json',
      body: { spec: { suspend: false } },
    });
    const refused = await until(
      'the foreign Job in the condition',
      async () => (await node.status('squatted')).conditions?.find((c) => c.reason === 'JobRefused'),
      { timeoutMs: 5000 },
    );
    assert.match(refused.message, /^0 of 1 runners are ready; squatted-\w+ is there already, and was made by somebody/);
    await server.call({ method: 'DELETE', path: `${jobs}/${name}`, query: { propagationPolicy: 'Background' } });
    await node.pods('squatted', 1);
  });

  it('creates its Job once a quota allows it', async () => {
    const quota = '/api/v1/namespaces/default/resourcequotas';
    await server.call({
      method: 'POST',
      path: quota,
      body: {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'no-jobs' },
        spec: { hard: { 'count/jobs.batch': '0' } },
      },
    });
    await until(
      'the quota to be in force',
      async () => {
        const { body } = await server.call({ method: 'GET', path: `${quota}/no-jobs` });
        return (body.status as { hard?: unknown }).hard;
      },
      { timeoutMs: 10_000 },
    );
    await node.apply('refused', spec());
    const refused = await until(
      'the refusal in the condition',
      async () => (await node.status('refused')).conditions?.find((c) => c.reason === 'JobRefused'),
      { timeoutMs: 5000 },
    );
    assert.match(refused.message, /exceeded quota/);
    await server.call({ method: 'DELETE', path: `${quota}/no-jobs` });
    await node.pods('refused', 2);
  });
});

describe('a restarted operator', () => {
  it('loses nothing between the final updates and the status', async () => {
    await node.apply('restarted', spec());
    const { tokens } = await node.underLoad('restarted', 2);
    const final = { phase: 'Finished' as const, snapshot: snapshot(500) };
    const held = node.sendUpdate(tokens[0]!, final, { held: true });
    assert.equal((await node.sendUpdate(tokens[0]!, final)).instruction, 'Wait');
    await operator.stop();
    const { instruction, nextReportMs } = await held;
    assert.deepEqual([instruction, nextReportMs], ['Wait', 100], 'released when the operator stops');
    operator = await start();
    node.operator = operator;
    // The runner repeats its update, because it was not accepted.
    assert.equal((await node.sendUpdate(tokens[0]!, final)).instruction, 'Wait');
    await node.sendUpdate(tokens[1]!, final);
    const status = await node.until('restarted', 'Passed', 'True');
    assert.equal(status.counts?.done, 1000);
    await node.untilInstruction(tokens[0]!, final, 'Accepted');
    await node.untilInstruction(tokens[1]!, final, 'Accepted');
  });

  it('keeps a result whose updates it never received, and serves its metrics', async () => {
    await node.apply('kept', spec({ runners: { replicas: 1 } }));
    const { tokens } = await node.underLoad('kept', 1);
    const final = { phase: 'Finished' as const, snapshot: snapshot(700) };
    await node.sendUpdate(tokens[0]!, final);
    const before = await node.until('kept', 'Complete', 'True');
    await operator.stop();
    operator = await start();
    node.operator = operator;
    assert.equal((await node.sendUpdate(tokens[0]!, final)).instruction, 'Accepted');
    assert.deepEqual(await node.status('kept'), before);
    const { body } = await request(`http://127.0.0.1:${operator.metricsPort}/metrics`);
    const text = await body.text();
    assert.match(text, /^loadtest_requests_done_total\{loadtest_namespace="default",loadtest="kept"\} 700$/m);
    assert.match(text, /^loadtest_passed\{loadtest_namespace="default",loadtest="kept"\} 1$/m);
  });

  it('does not count a runner as lost before the runner could send an update', async () => {
    await node.apply('patient', spec());
    const { tokens } = await node.underLoad('patient', 2);
    await operator.stop();
    operator = await start();
    node.operator = operator;
    assert.equal(
      (await node.sendUpdate(tokens[0]!, { phase: 'Running', snapshot: snapshot(1) })).instruction,
      'Continue',
    );
    assert.equal((await node.status('patient')).runners?.lost, 0);
  });
});

describe('the runner endpoint', () => {
  const GONE = { name: 'gone', uid: randomUUID() };
  const GONE_JOB = jobName(GONE);
  /** A pod with the labels of a runner of a LoadTest that does not exist. */
  const gone = ({ metadata, ...rest }: Pod): Pod => ({
    ...rest,
    metadata: { ...metadata, labels: { ...metadata.labels, [LABEL_TEST]: GONE.name, [LABEL_TEST_UID]: GONE.uid } },
  });

  it('accepts an update only from the pod of a runner', async () => {
    await node.apply('guarded', spec({ runners: { replicas: 1 } }));
    const [pod] = await node.pods('guarded', 1);
    const report = JSON.stringify({ phase: 'Starting' });
    const token = await node.token(pod);
    const [header, payload] = token.split('.');
    const statusOf = async (t: string | undefined) => (await node.post(t, report)).status;
    assert.equal(await statusOf(undefined), 401, 'no token');
    assert.equal(await statusOf('nonsense'), 401, 'no JWT');
    assert.equal(await statusOf(`${header}.${payload}.forged`), 401, 'forged signature');
    assert.equal(await statusOf(await node.token(pod, 'https://kubernetes.default.svc')), 401, 'other audience');
    assert.equal(await statusOf(await node.token(undefined)), 403, 'no pod');

    await node.apply('bystander', spec({ runners: { replicas: 1 } }));
    const [other] = await node.pods('bystander', 1);
    const [owner] = pod!.metadata.ownerReferences ?? [];
    const impostors: [name: string, labels: Pod, owners: OwnerReference[]][] = [
      ['without-owner', pod!, []],
      ['of-another-job-by-name', pod!, [{ ...owner!, uid: other!.metadata.ownerReferences![0]!.uid }]],
      ['of-another-test-by-labels', other!, [owner!]],
      ['of-a-job-that-does-not-exist', gone(pod!), [{ ...owner!, name: GONE_JOB, uid: randomUUID() }]],
    ];
    for (const [name, { metadata }, ownerReferences] of impostors) {
      const impostor = await node.token(await node.createPod(name, { labels: metadata.labels ?? {}, ownerReferences }));
      await until(`the rejection of ${name}`, async () => (await statusOf(impostor)) === 403 || undefined, {
        timeoutMs: 5000,
      });
    }
    await node.untilInstruction(token, { phase: 'Starting' }, 'Prepare');
  });

  it('counts a runner as lost whose update it rejects, with the reason, and lets the others go on', async () => {
    const running = (change: object) =>
      JSON.stringify({ phase: 'Running', snapshot: { ...encodeSnapshot(snapshot(1)), ...change } });
    const forged = snapshot(1);
    forged.requests[0]!.counts.done = 1000;
    const bodies: [body: string, status: number, error: RegExp][] = [
      ['{', 400, /^the body is not JSON$/],
      ['{"phase":"Dancing"}', 400, /^phase: /],
      [running({ pacingLag: 'AAAA' }), 400, /^snapshot\.pacingLag: must be an HdrHistogram/],
      ['x'.repeat(MAX_UPDATE_BYTES + 1), 413, /^an update is at most/],
      [running(encodeSnapshot(forged)), 400, /^snapshot\.requests\.0\.counts: made 1 is not done 1000/],
      [
        running({ requests: [], responses: [] }),
        400,
        /^snapshot\.requests: must be those of the spec, default, and not/,
      ],
      [running({ cpuMs: 1e308 }), 400, /^snapshot\.cpuMs: 1e\+308 is more than 10000 ms allow$/],
    ];
    const replicas = bodies.length + 1;
    await node.apply('strict', spec({ runners: { replicas, onLoss: 'Continue' } }));
    const { tokens } = await node.underLoad('strict', replicas);
    assert.equal((await node.post(tokens[0], '', 'GET')).status, 405);
    for (const [i, [body, status, error]] of bodies.entries()) {
      const refusal = await node.post(tokens[i], body);
      assert.equal(refusal.status, status, String(error));
      assert.match(String(refusal.body.error), error);
      const next = await node.post(tokens[i], running({}));
      assert.deepEqual([next.status, next.body.instruction], [200, 'Stop']);
    }
    const final = { phase: 'Finished' as const, snapshot: snapshot(10) };
    await node.sendUpdate(tokens.at(-1)!, final);
    const { runners, conditions, counts } = await node.until('strict', 'Complete', 'True');
    assert.deepEqual([runners?.lost, counts?.done], [bodies.length, 10]);
    assert.match(
      conditions?.find(({ type }) => type === 'Complete')?.message ?? '',
      /7 of 8 runners lost: runner 0: its update was refused: the body is not JSON, runner 1: its update was refused: phase: /,
    );
    const logged = lines.filter((line) => line.includes('refused a runner update') && line.includes('"strict"'));
    assert.equal(logged.length, bodies.length, 'one line for each runner and status');
  });

  it('ignores a replayed update and one from another pod', async () => {
    await node.apply('replayed', spec());
    const { tokens } = await node.underLoad('replayed', 2);
    const early = { phase: 'Running' as const, snapshot: { ...snapshot(10), elapsedMs: 1000 } };
    const late = { phase: 'Running' as const, snapshot: { ...snapshot(30), elapsedMs: 3000 } };
    await node.sendUpdate(tokens[0]!, early);
    await node.sendUpdate(tokens[0]!, late);
    assert.equal((await node.post(tokens[0], JSON.stringify(encodeRunnerUpdate(early)))).status, 409);
    // The token decides the test of an update, and not its contents.
    await node.apply('beside', spec({ runners: { replicas: 1 } }));
    const beside = await node.underLoad('beside', 1);
    await node.sendUpdate(beside.tokens[0]!, { phase: 'Finished', snapshot: snapshot(7) });
    assert.equal((await node.until('beside', 'Complete', 'True')).counts?.done, 7);
    await node.sendUpdate(tokens[1]!, { phase: 'Finished', snapshot: snapshot(500) });
    await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: { ...snapshot(40), elapsedMs: 4000 } });
    const status = await node.until('replayed', 'Complete', 'True');
    assert.equal(status.counts?.done, 540);
  });
});
