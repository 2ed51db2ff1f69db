import { after, afterEach, before } from 'node:test';
import type { z } from 'zod';
import { API_VERSION } from '../../../api/common/group.ts';
import type { LoadTest, loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { configMaps, jobs, leases, loadTests, pods } from '../../../operator/kube/paths.ts';
import { connectTo } from '../../cluster/api-client.ts';
import { until } from '../../cluster/system/wait.ts';
import { type Environment, environment, installFor, kubectl, OPERATOR_NAMESPACE, uninstall } from './environment.ts';
import type { Received } from './received.ts';
import { targetObjects } from './target-objects.ts';

/** The API paths of what tests list. */
const PATHS = { loadtests: loadTests, jobs, pods, configmaps: configMaps, leases };
type Listed = keyof typeof PATHS;

/** A spec as in a manifest. */
export type Spec = z.input<typeof loadTestSpecSchema>;
type Manifest = { apiVersion: string; kind: string; metadata: { name: string; labels?: Record<string, string> } };

/** The namespace of a test file, with a target. */
export interface TestNamespace {
  readonly environment: Environment;
  readonly name: string;
  /** kubectl in this namespace. */
  kubectl(...args: string[]): Promise<string>;
  apply(...manifests: (Manifest & Record<string, unknown>)[]): Promise<void>;
  /** Applies a LoadTest of that name. */
  start(name: string, spec: Spec): Promise<void>;
  /** The current LoadTest of that name. */
  get(name: string): Promise<EndedLoadTest>;
  /** Waits for a condition of a LoadTest and returns the LoadTest. */
  waitFor(name: string, condition: string, seconds: number): Promise<EndedLoadTest>;
  /** {@link start}, then {@link waitFor} Complete. */
  runToEnd(name: string, spec: Spec, seconds?: number): Promise<EndedLoadTest>;
  list<T>(resources: Listed | readonly Listed[], selector?: string): Promise<T[]>;
  /** The URL of the target's Service. */
  url(path: string, port?: number): string;
  /** The same by address, for processes outside of pods, which cannot resolve the cluster's names. */
  urlByAddress(path: string): string;
  /** The requests that the target has received at a path. */
  received(path: string): Promise<Received | undefined>;
}

/** A LoadTest whose status has the fields of an ended one. */
export type EndedLoadTest = LoadTest & { status: LoadTestStatus & { counts: NonNullable<LoadTestStatus['counts']> } };

export type NamespaceOptions = {
  /** Runs when the namespace is ready. */
  prepare?: (ns: TestNamespace) => Promise<void>;
  /** Chart values for an operator of this namespace. Absent: the operator of the whole cluster serves it. */
  operator?: readonly string[];
};

/**
 * Registers the hooks that create a namespace before the tests of a file and delete it afterwards. If a test or `prepare` fails, they print
 * diagnostics. The result may be used only in tests and hooks.
 */
export function useNamespace(
  name: string,
  { prepare = async () => {}, operator }: NamespaceOptions = {},
): TestNamespace {
  let created: TestNamespace | undefined;
  const operatorNamespace = (name: string) => (operator === undefined ? OPERATOR_NAMESPACE : name);
  before(async () => {
    const own = { environment: await environment(), name: `e2e-${name}-${Date.now().toString(36)}` };
    try {
      if (operator !== undefined) await installFor(own.environment, own.name, operator);
      created = await createNamespace(own.environment, own.name);
      await prepare(created);
    } catch (error) {
      console.error(await diagnose(own, operatorNamespace(own.name)));
      throw error;
    }
  });
  afterEach(async (context) => {
    if (!('passed' in context) || context.passed || created === undefined) return;
    console.error(await diagnose(created, operatorNamespace(created.name)));
  });
  after(async () => {
    if (created === undefined) return;
    if (operator !== undefined) await uninstall(created.environment, created.name);
    await deleteNamespace(created);
  });
  return new Proxy({} as TestNamespace, {
    get: (_, key) => {
      if (created === undefined) throw new Error('the namespace exists only in tests and hooks');
      return created[key as keyof TestNamespace];
    },
  });
}

export async function createNamespace(environment: Environment, name: string): Promise<TestNamespace> {
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await kubectl(environment, ['apply', '-f', '-'], { input: JSON.stringify(manifest) });
  const inNamespace = (...args: string[]) => kubectl(environment, ['--namespace', name, ...args]);
  const apply: TestNamespace['apply'] = async (...items) => {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await kubectl(environment, ['--namespace', name, 'apply', '-f', '-'], { input });
  };
  await apply(...targetObjects(environment.targetImage));
  await inNamespace('rollout', 'status', 'deployment/target', '--timeout=60s');
  const address = (await inNamespace('get', 'service', 'target', '-o', 'jsonpath={.spec.clusterIP}')).trim();
  const base = `http://${address}:8080`;
  const received = async (signal?: AbortSignal) =>
    (await (await fetch(`${base}/received`, { signal: signal ?? null })).json()) as Record<string, Received>;
  // The node's rules for the Service follow a moment after the pod is ready. A connection from before never succeeds, because the kernel routes
  // it like its first packet; so each attempt opens a new one.
  await until('a response of the target', () => received(AbortSignal.timeout(1000)), { timeoutMs: 20_000 });

  const start: TestNamespace['start'] = (test, spec) =>
    apply({ apiVersion: API_VERSION, kind: 'LoadTest', metadata: { name: test }, spec });
  const api = connectTo(environment.kubeconfig);
  const read = async <T>(path: string, query: Record<string, string> = {}): Promise<T> => {
    const { code, body } = await api.call({ method: 'GET', path, query });
    if (code !== 200) throw new Error(`${path}: ${code} ${body.message}`);
    return body as T;
  };
  const get: TestNamespace['get'] = (test) => read(`${PATHS.loadtests(name)}/${test}`);
  const waitFor: TestNamespace['waitFor'] = async (test, condition, seconds) => {
    await inNamespace('wait', `--for=condition=${condition}`, `loadtest/${test}`, `--timeout=${seconds}s`);
    return get(test);
  };
  return {
    environment,
    name,
    kubectl: inNamespace,
    apply,
    start,
    get,
    waitFor,
    async runToEnd(test, spec, seconds = 60) {
      await start(test, spec);
      return waitFor(test, 'Complete', seconds);
    },
    async list<T>(resources: Listed | readonly Listed[], selector = '') {
      const lists = [resources].flat().map((resource) => {
        return read<{ items: T[] }>(PATHS[resource](name), { labelSelector: selector });
      });
      return (await Promise.all(lists)).flatMap(({ items }) => items);
    },
    url: (path, port = 8080) => `http://target.${name}.svc:${port}${path}`,
    urlByAddress: (path) => `${base}${path}`,
    received: async (path) => (await received())[path],
  };
}

export async function deleteNamespace({ environment, name }: TestNamespace): Promise<void> {
  await kubectl(environment, ['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
}

/** Returns diagnostics: the objects to inspect first. */
async function diagnose(
  { environment, name }: Pick<TestNamespace, 'environment' | 'name'>,
  operatorNamespace: string,
): Promise<string> {
  const commands = [
    ['--namespace', name, 'get', 'loadtests,scheduledloadtests', '-o', 'yaml'],
    ['--namespace', name, 'get', 'jobs,pods', '-o', 'wide'],
    ['--namespace', name, 'get', 'events', '--sort-by=.lastTimestamp'],
    ['--namespace', name, 'logs', '--selector=app.kubernetes.io/component=runner', '--tail=3', '--prefix'],
    ['--namespace', operatorNamespace, 'get', 'pods', '-o', 'wide'],
    ['--namespace', operatorNamespace, 'logs', '--selector=app.kubernetes.io/component=operator', '--tail=60'],
  ];
  const outputs = commands.map(async (args) => {
    const output = await kubectl(environment, args).catch((error: Error) => error.message);
    return `--- kubectl ${args.join(' ')}\n${output}`;
  });
  return (await Promise.all(outputs)).join('\n');
}
