import { request } from 'undici';
import { TOKEN_AUDIENCE } from '../../api/common/names.ts';
import { operatorLimitsSchema } from '../../api/common/operator-limits.ts';
import { LONG_POLL_HEADER, RUNNER_UPDATE_PATH } from '../../api/protocol/exchange.ts';
import type { Instruction } from '../../api/protocol/instruction.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import { encodeRunnerUpdate, type RunnerUpdate } from '../../model/wire/runner-update.ts';
import type { Pod } from '../../operator/kube/types.ts';
import type { Operator } from '../../operator/operator.ts';
import { until } from '../cluster/wait.ts';
import type { TestServer } from './apiserver.ts';

/** An operator as the chart configures it, on ports that are free. */
export const CONFIG = {
  runnerImage: 'example.com/loadtest-operator:test',
  runnerImagePullPolicy: 'IfNotPresent' as const,
  scrapeAnnotations: true,
  operatorUrl: 'http://loadtest-operator.loadtest-system.svc:8090',
  reportPort: 0,
  metricsPort: 0,
  limits: operatorLimitsSchema.parse({}),
};

/** Plays what a node would do, for there is none: the pods of a Job, and the runners in them. */
export class Play {
  readonly server: TestServer;
  readonly namespace: string;
  operator: Operator | undefined;

  constructor(server: TestServer, namespace: string) {
    this.server = server;
    this.namespace = namespace;
  }

  /** Makes a LoadTest; returns its uid. */
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
    for (const token of tokens) await this.untilTold(token, { phase: 'Starting' }, 'Prepare');
    for (const token of tokens) await this.report(token, { phase: 'Ready' });
    for (const token of tokens) await this.untilTold(token, { phase: 'Ready' }, 'Start');
    return { tokens, pods };
  }

  path(name: string): string {
    return `/apis/loadtest.dev/v1alpha1/namespaces/${this.namespace}/loadtests/${name}`;
  }

  async status(name: string): Promise<LoadTestStatus> {
    const { body } = await this.server.call({ method: 'GET', path: this.path(name) });
    return (body.status ?? {}) as LoadTestStatus;
  }

  /** Waits for a condition to be `status`; returns the whole status. */
  until(name: string, type: string, status: string): Promise<LoadTestStatus> {
    return until(
      `${name}: ${type}=${status}`,
      async () => {
        const now = await this.status(name);
        return now.conditions?.some((c) => c.type === type && c.status === status) ? now : undefined;
      },
      { timeoutMs: 15_000 },
    );
  }

  /** The objects of a kind that belong to a LoadTest. */
  async children<T>(path: string, name: string): Promise<T[]> {
    const { body } = await this.server.call({
      method: 'GET',
      path: `${path}/namespaces/${this.namespace}/${path === '/api/v1' ? 'pods' : 'jobs'}`,
      query: { labelSelector: `loadtest.dev/name=${name}` },
    });
    return body.items as T[];
  }

  /** The pods of a LoadTest's Job, by index, as soon as the Job controller has made `count`. */
  pods(name: string, count: number): Promise<Pod[]> {
    const index = (pod: Pod) => Number(pod.metadata.labels?.['batch.kubernetes.io/job-completion-index']);
    return until(
      `${count} pods of ${name}`,
      async () => {
        const pods = await this.children<Pod>('/api/v1', name);
        return pods.length === count ? pods.sort((a, b) => index(a) - index(b)) : undefined;
      },
      { timeoutMs: 15_000 },
    );
  }

  /** Makes a pod as anyone may who may make pods; the garbage collector cannot take it away when its owner is none. */
  async pod(name: string, metadata: Pick<Pod['metadata'], 'labels' | 'ownerReferences'>): Promise<Pod> {
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

  /** What the kubelet would say of a pod. */
  async setPodStatus(pod: Pod, status: NonNullable<Pod['status']>): Promise<void> {
    const { code, body } = await this.server.call({
      method: 'PATCH',
      path: `/api/v1/namespaces/${this.namespace}/pods/${pod.metadata.name}/status`,
      contentType: 'application/merge-patch+json',
      body: { status },
    });
    if (code !== 200) throw new Error(body.message);
  }

  /** A token as the kubelet projects it into a pod; without a pod, as a person may ask for one. */
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

  /** Sends a body to the reporting endpoint. */
  async post(token: string | undefined, body: string, method: 'POST' | 'GET' = 'POST', headers = {}) {
    const response = await request(`http://127.0.0.1:${this.operator?.reportPort}${RUNNER_UPDATE_PATH}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: method === 'GET' ? null : body,
    });
    return { status: response.statusCode, body: (await response.body.json()) as Instruction & { error?: string } };
  }

  /** Sends a report, which must be taken, and returns the instruction; that to wait may be held, as runners let it be. */
  async report(token: string, report: RunnerUpdate, { held } = { held: false }): Promise<Instruction> {
    const { status, body } = await this.post(
      token,
      JSON.stringify(encodeRunnerUpdate(report)),
      'POST',
      held ? LONG_POLL_HEADER : {},
    );
    if (status !== 200) throw new Error(`${status}: ${body.error}`);
    return body;
  }

  /** Repeats a final report until it is accepted, and tells the intervals of the run when they are wanted. */
  async finish(token: string, final: RunnerUpdate, intervals: IntervalEnds): Promise<void> {
    const kept = { ...final, intervals: 'Kept' as const };
    await until(
      'the answer Accepted',
      async () => {
        const { instruction, wantsIntervals } = await this.report(token, kept, { held: true });
        if (wantsIntervals) await this.report(token, { ...final, intervals });
        return instruction === 'Accepted' || undefined;
      },
      { timeoutMs: 15_000 },
    );
  }

  /** Repeats a report until the answer is `instruction`. */
  untilTold(token: string, report: RunnerUpdate, instruction: Instruction['instruction']): Promise<Instruction> {
    return until(
      `the answer ${instruction}`,
      async () => {
        const told = await this.report(token, report, { held: instruction !== 'Wait' });
        return told.instruction === instruction ? told : undefined;
      },
      { timeoutMs: 15_000 },
    );
  }
}
