import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL_TEST, TOKEN_AUDIENCE } from '../../api/common/names.ts';
import { resourceQuantity } from '../../api/common/quantity.ts';
import { RUNNER_UPDATE_PATH } from '../../api/protocol/exchange.ts';
import { rankOf } from '../../model/measure/histogram.ts';
import { encodeRunnerUpdate, type RunnerUpdate } from '../../model/wire/runner-update.ts';
import { buildNodeImage, importImage } from '../cluster/build/images.ts';
import { until } from '../cluster/system/wait.ts';
import { RELEASE } from '../e2e/support/environment.ts';
import { useNamespace } from '../e2e/support/namespace.ts';
import { snapshot } from '../support/operator/operator-fixtures.ts';
import { leader, operatorProcess } from './operator.ts';
import { assertWhole, RATE, RUNNERS, specOf, untilSent } from './result.ts';

/** How long the flood lasts; the load begins before it and ends after it. */
const SECONDS = Number(process.env.LOADTEST_CHAOS_FLOOD_SECONDS ?? 8);
/** How long the responses are timed before the flood. */
const BEFORE_SECONDS = 2;
const LOAD_SECONDS = BEFORE_SECONDS + SECONDS + 8;
/** The memory limit of the chart. */
const LIMIT = '256Mi';
/** At the 99th percentile, beyond what a response takes on the same machine without a flood. */
const MOST_P99_MS = 200;
/** With less of the machine idle, times say nothing about the operator. */
const LEAST_IDLE = 0.1;
const PROBE_MS = 100;
const IMAGE = 'loadtest-flood';
/** One pod each; test/chaos/flood.ts has what they send. */
const MODES = ['garbage', 'oversize', 'forged', 'slow', 'absurd'] as const;
/** The runners of a test that no node takes: three of the pod that sends what is absurd, two of the slow one, and one that is timed. */
const IDENTITIES = 6;
const ABSURD = 3;

type PodSeen = {
  metadata: { namespace: string; name: string; uid: string };
  status: { podIP?: string; phase?: string; containerStatuses?: { restartCount: number }[] };
};

describe(`the operator under a flood from ${MODES.length} pods for ${SECONDS} s`, () => {
  const ns = useNamespace('flood', { operator: [`resources.limits.memory=${LIMIT}`, 'resources.requests.cpu=500m'] });
  let image = '';

  before(async () => {
    const built = await buildNodeImage(IMAGE, join(import.meta.dirname, 'flood.ts'));
    await importImage(built);
    image = built.name;
  });

  /** The pods of a test that no node takes, so that nobody else uses their identities, and a token of each. */
  async function identities(name: string, replicas: number): Promise<{ pods: PodSeen[]; tokens: string[] }> {
    const spec = specOf(ns, name, 600, { replicas, onLoss: 'Continue' });
    const template = { ...spec.runners?.template, nodeSelector: { 'example.com/none': 'x' } };
    await ns.start(name, { ...spec, runners: { ...spec.runners, template } });
    const pods = await until(
      `the pods of ${name}`,
      async () => {
        const found = await ns.list<PodSeen>('pods', `${LABEL_TEST}=${name}`);
        return found.length === replicas ? found : undefined;
      },
      { timeoutMs: 30_000 },
    );
    const tokens = await Promise.all(
      pods.map(async ({ metadata }) => {
        const bound = ['Pod', metadata.name, metadata.uid];
        const [kind, podName, uid] = bound.map((value, i) => `--bound-object-${['kind', 'name', 'uid'][i]}=${value}`);
        const token = ['create', 'token', 'default', `--audience=${TOKEN_AUDIENCE}`, kind!, podName!, uid!];
        return (await ns.kubectl(...token)).trim();
      }),
    );
    return { pods, tokens };
  }

  function attacker(mode: string, values: Record<string, unknown>) {
    const env = { MODE: mode, SECONDS, URL: `http://${RELEASE}.${ns.name}.svc:8090${RUNNER_UPDATE_PATH}`, ...values };
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: mode, labels: { app: 'flood' } },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'flood',
            image,
            imagePullPolicy: 'IfNotPresent',
            env: Object.entries(env).map(([name, value]) => ({
              name,
              value: typeof value === 'object' ? JSON.stringify(value) : String(value),
            })),
            // What they send costs them CPU that the runners on the same node need.
            resources: { requests: { cpu: '10m' }, limits: { cpu: '100m', memory: '256Mi' } },
          },
        ],
      },
    };
  }

  const operatorPod = async (): Promise<PodSeen> => {
    const name = await leader(ns);
    return JSON.parse(await ns.kubectl('get', 'pod', name!, '-o', 'json'));
  };

  it('stays within its memory, responds to a runner, and a running test ends right', {
    timeout: 600_000,
  }, async (t) => {
    const { pods, tokens } = await identities('absurd', IDENTITIES);
    const timed = tokens.at(-1)!;
    const pid = await until('the operator', async () => operatorProcess((await leader(ns)) ?? ''), {
      timeoutMs: 60_000,
    });
    const url = `http://${(await operatorPod()).status.podIP}:8090${RUNNER_UPDATE_PATH}`;
    await underLoad(url, tokens);
    await ns.start('victim', specOf(ns, 'victim', LOAD_SECONDS, { onLoss: 'Fail' }));
    await untilSent(ns, 'victim', 2);
    const victims = await ns.list<PodSeen>('pods', `${LABEL_TEST}=victim`);
    const forged = [...victims, ...pods].map(({ metadata: { namespace, name, uid } }) => ({
      namespace,
      name,
      uid,
    }));
    const before = await probing(url, timed, BEFORE_SECONDS);
    const own = { slow: tokens.slice(ABSURD, -1), absurd: tokens.slice(0, ABSURD) };
    const holding = (mode: string) => (mode === 'slow' || mode === 'absurd' ? own[mode] : []);
    await ns.apply(...MODES.map((mode) => attacker(mode, { TOKENS: holding(mode), FORGED: forged })));

    const [cpuBefore, idle] = [cpuSeconds(pid), idleShare()];
    const { p99, count, statuses } = await probing(url, timed, SECONDS);
    const [cpu, free] = [cpuSeconds(pid) - cpuBefore, idle()];
    const peakBytes = resourceQuantity(
      `${/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]}Ki`,
    );
    t.diagnostic(
      `the operator's peak: ${(peakBytes / 2 ** 20).toFixed(0)} MiB; p99 of ${count} responses: ${p99.toFixed(0)} ms, before the flood ${before.p99.toFixed(0)} ms; ${(cpu / SECONDS).toFixed(2)} of a core, ${(100 * free).toFixed(0)}% of the machine idle`,
    );

    const logs = await until(
      'the end of the flood',
      async () => {
        const outputs = await Promise.all(MODES.map((mode) => ns.kubectl('logs', mode).catch(() => '')));
        return outputs.every((output) => output.includes('"sent"')) ? outputs : undefined;
      },
      { timeoutMs: 60_000, intervalMs: 500 },
    );
    const floods = logs.map((output) => JSON.parse(output.trim().split('\n').at(-1)!));
    for (const flood of floods) t.diagnostic(JSON.stringify(flood));
    assert.ok(
      floods.every(({ sent }) => sent >= 5) && floods.reduce((sum, { sent }) => sum + sent, 0) > 500,
      'each pod has sent much',
    );

    const ended = await ns.waitFor('victim', 'Complete', LOAD_SECONDS + 60);
    await assertWhole(ns, 'victim', ended, LOAD_SECONDS * RATE);
    assert.deepEqual(ended.status.runners, { desired: RUNNERS, ready: RUNNERS, succeeded: RUNNERS, lost: 0 });
    const lost = (await ns.get('absurd')).status.runners?.lost;
    assert.ok(lost !== undefined && lost >= ABSURD, `${lost} runners are lost whose updates were refused`);

    const restarts = (await operatorPod()).status.containerStatuses?.map(({ restartCount }) => restartCount);
    assert.deepEqual([operatorProcess((await leader(ns)) ?? ''), restarts], [pid, [0]], 'the same process');
    assert.ok(peakBytes < resourceQuantity(LIMIT), `${peakBytes} bytes`);
    assert.deepEqual(statuses, [200], 'every update of the runner was taken');
    // Whoever has no CPU responds late, whatever it does.
    assert.ok(free < LEAST_IDLE || p99 <= before.p99 + MOST_P99_MS, `${p99} ms, and ${before.p99} before`);
  });
});

const encoded = (update: RunnerUpdate) => JSON.stringify(encodeRunnerUpdate(update));

/** Brings the runners with these tokens under load. */
async function underLoad(url: string, tokens: readonly string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  await until(
    'the start of the load',
    async () => {
      const instructions = await Promise.all(
        tokens.map((token) => send({ url, agent, token }, encoded({ phase: 'Ready' }))),
      );
      return instructions.every(({ body }) => body.includes('"Start"')) || undefined;
    },
    { timeoutMs: 60_000, intervalMs: 500 },
  );
  for (const token of tokens) await send({ url, agent, token }, encoded({ phase: 'Running', snapshot: snapshot(1) }));
  agent.destroy();
}

/** Sends an update; returns the response. */
function send(
  { url, agent, token }: { url: string; agent: Agent; token: string },
  update: string,
): Promise<{ status: number; body: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return new Promise((responded, failed) => {
    request(url, { agent, method: 'POST', headers }, async (response) => {
      responded({ status: response.statusCode ?? 0, body: await text(response) });
    })
      .once('error', failed)
      .end(update);
  });
}

/** The CPU time that a process has used. */
function cpuSeconds(pid: number): number {
  const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .split(') ')[1]!
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / 100;
}

/** Begins to measure the machine; the result returns how much of its CPU was idle since then, 0 to 1. */
function idleShare(): () => number {
  const times = () =>
    cpus().map(({ times }) => ({ idle: times.idle, all: Object.values(times).reduce((a, b) => a + b) }));
  const sum = (key: 'idle' | 'all') => times().reduce((total, one) => total + one[key], 0);
  const [idle, all] = [sum('idle'), sum('all')];
  return () => (sum('idle') - idle) / (sum('all') - all);
}

type Probed = { p99: number; count: number; statuses: number[] };

/** Sends the updates of a runner under load for some seconds; returns how many, the 99th percentile of the times of the responses, and their statuses. */
async function probing(url: string, token: string, seconds: number): Promise<Probed> {
  const agent = new Agent({ keepAlive: true });
  const update = encoded({ phase: 'Running', snapshot: snapshot(500) });
  const times: number[] = [];
  const statuses = new Set<number>();
  const untilMs = Date.now() + 1e3 * seconds;
  while (Date.now() < untilMs) {
    const began = performance.now();
    const { status } = await send({ url, agent, token }, update);
    times.push(performance.now() - began);
    statuses.add(status);
    await sleep(PROBE_MS);
  }
  agent.destroy();
  const p99 = times.toSorted((a, b) => a - b)[rankOf(99, times.length) - 1]!;
  return { p99, count: times.length, statuses: [...statuses] };
}
