import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { TOKEN_AUDIENCE } from '../../../api/common/names.ts';
import { operatorLimitsSchema } from '../../../api/common/operator-limits.ts';
import { LONG_POLL_HEADER, RUNNER_UPDATE_PATH } from '../../../api/protocol/exchange.ts';
import type { Instruction } from '../../../api/protocol/instruction.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import type { IntervalEnds } from '../../../model/compare/interval-end.ts';
import { encodeRunnerUpdate, type RunnerUpdate } from '../../../model/wire/runner-update.ts';
import type { Pod } from '../../../operator/kube/types.ts';
import type { Operator } from '../../../operator/operator.ts';
import { until } from '../../cluster/system/wait.ts';
import type { TestServer } from './test-server.ts';

/** The chart's configuration of the operator, on free ports. */
export const CONFIG = {
  runnerImage: 'example.com/loadtest-operator:test',
  runnerImagePullPolicy: 'IfNotPresent' as const,
  scrapeAnnotations: true,
  firstScrapeMs: 0,
  runnerTemplate: {},
  operatorUrl: 'http://loadtest-operator.loadtest-system.svc:8090',
  reportPort: 0,
  metricsPort: 0,
  limits: operatorLimitsSchema.parse({}),
};

/** Simulates a node, which the control plane of these tests lacks: the status of a Job's pods, and the runners in them. */
export class SimulatedNode {
  readonly server: TestServer;
  readonly namespace: string;
  operator: Operator | undefined;

  constructor(server: TestServer, namespace: string) {
    this.server = server;
    this.namespace = namespace;
  }

  /** Creates a LoadTest; returns its uid. */
  async apply(name: string, spec: Record<string, unknown>): Promise<string> {
    const { code, body } = await this.server.call({
      method: 'POST',
      path: `/apis/loadtest.dev/v1alpha1/namespaces/${this.namespace}/loadtests`,
      body: { apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name }, spec },
    });
    if (code !== 201) throw new Error(body.message);
    return (body.metadata as { uid: string }).uid;
  }

  /** Brings the runners of a LoadTest under load; returns their pods and tokens by index. */
  async underLoad(name: string, replicas: number): Promise<{ tokens: string[]; pods: Pod[] }> {
    const pods = await this.pods(name, replicas);
    const tokens = await Promise.all(pods.map((pod) => this.token(pod)));
    for (const pod of pods) await this.setPodStatus(pod, { phase: 'Running' });
    for (const token of tokens) await this.untilInstruction(token, { phase: 'Starting' }, 'Prepare');
    for (const token of tokens) await this.sendUpdate(token, { phase: 'Ready' });
    for (const token of tokens) {
      const { startAtMs = 0 } = await this.untilInstruction(token, { phase: 'Ready' }, 'Start');
      // As runners do; an operator whose clock is far ahead is not waited for.
      await sleep(Math.min(2_000, Math.max(0, startAtMs - Date.now())));
    }
    return { tokens, pods };
  }

  path(name: string): string {
    return `/apis/loadtest.dev/v1alpha1/namespaces/${this.namespace}/loadtests/${name}`;
  }

  async status(name: string): Promise<LoadTestStatus> {
    const { body } = await this.server.call({ method: 'GET', path: this.path(name) });
    return (body.status ?? {}) as LoadTestStatus;
  }

  /** Waits until a condition is `status`; returns the status of the LoadTest. */
  until(name: string, type: string, status: string): Promise<LoadTestStatus> {
    return until(
      `${name}: ${type}=${status}`,
      async () => {
        const now = await this.status(name);
        return now.conditions?.some((c) => c.type === type && c.status === status) ? now : undefined;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** The pods (for path `/api/v1`) or Jobs of a LoadTest. */
  async children<T>(path: string, name: string): Promise<T[]> {
    const { body } = await this.server.call({
      method: 'GET',
      path: `${path}/namespaces/${this.namespace}/${path === '/api/v1' ? 'pods' : 'jobs'}`,
      query: { labelSelector: `loadtest.dev/name=${name}` },
    });
    return body.items as T[];
  }

  /** Waits until the Job controller has created `count` pods; returns them by index. */
  pods(name: string, count: number): Promise<Pod[]> {
    const index = (pod: Pod) => Number(pod.metadata.labels?.['batch.kubernetes.io/job-completion-index']);
    return until(
      `${count} pods of ${name}`,
      async () => {
        const pods = await this.children<Pod>('/api/v1', name);
        return pods.length === count ? pods.sort((a, b) => index(a) - index(b)) : undefined;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** Creates a pod like any user with that permission. A finalizer keeps it if its owner does not exist. */
  async createPod(name: string, metadata: Pick<Pod['metadata'], 'labels' | 'ownerReferences'>): Promise<Pod> {
    const { code, body } = await this.server.call({
      method: 'POST',
      path: `/api/v1/namespaces/${this.namespace}/pods`,
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name, finalizers: ['example.com/stays'] },
        spec: { containers: [{ name: 'x', image: 'x' }] },
      },
    });
    if (code !== 201) throw new Error(body.message);
    return body as unknown as Pod;
  }

  /** Writes the status of a pod, as the kubelet does. */
  async setPodStatus(pod: Pod, status: NonNullable<Pod['status']>): Promise<void> {
    const { code, body } = await this.server.call({
      method: 'PATCH',
      path: `/api/v1/namespaces/${this.namespace}/pods/${pod.metadata.name}/status`,
      contentType: 'application/merge-patch+json',
      body: { status },
    });
    if (code !== 200) throw new Error(body.message);
  }

  /** A token that is bound to a pod, like one that the kubelet projects; without a pod, an unbound one. */
  async token(pod: Pod | undefined, audience = TOKEN_AUDIENCE): Promise<string> {
    const { code, body } = await this.server.call({
      method: 'POST',
      path: `/api/v1/namespaces/${this.namespace}/serviceaccounts/default/token`,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          audiences: [audience],
          expirationSeconds: 3600,
          ...(pod && {
            boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid },
          }),
        },
      },
    });
    if (code !== 201) throw new Error(body.message);
    return (body.status as { token: string }).token;
  }

  /** Sends a body to the runner endpoint. */
  async post(token: string | undefined, body: string, method: 'POST' | 'GET' = 'POST', headers = {}) {
    const response = await request(`http://127.0.0.1:${this.operator?.reportPort}${RUNNER_UPDATE_PATH}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: method === 'GET' ? null : body,
    });
    const json = (await response.body.json()) as Instruction & { error?: string };
    return { status: response.statusCode, body: json, retryAfterMs: 1000 * Number(response.headers['retry-after']) };
  }

  /**
   * Sends an update, which must be accepted, and returns the instruction. With `held`, the operator may hold the response, as runners allow. Like
   * a runner, it waits for as long as an operator says that receives too much: simulated seconds pass faster than real ones.
   */
  async sendUpdate(token: string, update: RunnerUpdate, { held } = { held: false }): Promise<Instruction> {
    const text = JSON.stringify(encodeRunnerUpdate(update));
    const { status, body, retryAfterMs } = await this.post(token, text, 'POST', held ? LONG_POLL_HEADER : {});
    if (status === 429) {
      await sleep(retryAfterMs);
      return this.sendUpdate(token, update, { held });
    }
    if (status !== 200) throw new Error(`${status}: ${body.error}`);
    return body;
  }

  /** Repeats a final update until it is accepted, and sends the intervals of the run if the operator wants them. */
  async finish(token: string, final: RunnerUpdate, intervals: IntervalEnds): Promise<void> {
    const withoutIntervals = { ...final, intervals: 'Kept' as const };
    await until(
      'the instruction Accepted',
      async () => {
        const { instruction, wantsIntervals } = await this.sendUpdate(token, withoutIntervals, { held: true });
        if (wantsIntervals) await this.sendUpdate(token, { ...final, intervals });
        return instruction === 'Accepted' || undefined;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** Repeats an update until the response has that instruction. */
  untilInstruction(token: string, update: RunnerUpdate, instruction: Instruction['instruction']): Promise<Instruction> {
    return until(
      `the instruction ${instruction}`,
      async () => {
        const response = await this.sendUpdate(token, update, { held: instruction !== 'Wait' });
        return response.instruction === instruction ? response : undefined;
      },
      { timeoutMs: 60_000 },
    );
  }
}
