import { after, afterEach, before } from 'node:test';
import type { z } from 'zod';
import { API_VERSION } from '../../api/common/group.ts';
import type { LoadTest, loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { until } from '../cluster/wait.ts';
import { type Environment, environment, installFor, kubectl, OPERATOR_NAMESPACE, uninstall } from './environment.ts';
import type { Received } from './received.ts';
import { targetObjects } from './targetobjects.ts';

/** A spec as in a manifest. */
export type Spec = z.input<typeof loadTestSpecSchema>;
type Manifest = { apiVersion: string; kind: string; metadata: { name: string; labels?: Record<string, string> } };

/** The namespace of a test file, with a target. */
export interface Place {
  readonly environment: Environment;
  readonly namespace: string;
  /** kubectl in this namespace. */
  kubectl(...args: string[]): Promise<string>;
  apply(...manifests: (Manifest & Record<string, unknown>)[]): Promise<void>;
  /** Applies a LoadTest of that name. */
  start(name: string, spec: Spec): Promise<void>;
  /** The current LoadTest of that name. */
  get(name: string): Promise<Ended>;
  /** Waits for a condition of a LoadTest and returns the LoadTest. */
  waitFor(name: string, condition: string, seconds: number): Promise<Ended>;
  /** {@link start}, then {@link waitFor} Complete. */
  runToEnd(name: string, spec: Spec, seconds?: number): Promise<Ended>;
  list<T>(resources: string, selector?: string): Promise<T[]>;
  /** The URL of the target's Service. */
  url(path: string, port?: number): string;
  /** The same by address, for processes outside of pods, which cannot resolve the cluster's names. */
  urlByAddress(path: string): string;
  /** The requests that the target has received at a path. */
  received(path: string): Promise<Received | undefined>;
}

/** A LoadTest with the fields that every ended one has. */
export type Ended = LoadTest & { status: LoadTestStatus & { counts: NonNullable<LoadTestStatus['counts']> } };

export type PlaceOptions = {
  /** Runs when the namespace is ready. */
  prepare?: (place: Place) => Promise<void>;
  /** Chart values for an operator of this namespace. Absent: the operator of the whole cluster serves it. */
  operator?: readonly string[];
};

/**
 * Registers the hooks that create a namespace before the tests of a file and delete it afterwards. If a test or `prepare` fails, they print
 * diagnostics. The result may be used only in tests and hooks.
 */
export function usePlace(name: string, { prepare = async () => {}, operator }: PlaceOptions = {}): Place {
  let made: Place | undefined;
  const systemOf = ({ namespace }: { namespace: string }) => (operator === undefined ? OPERATOR_NAMESPACE : namespace);
  before(async () => {
    const here = { environment: await environment(), namespace: `e2e-${name}-${Date.now().toString(36)}` };
    try {
      if (operator !== undefined) await installFor(here.environment, here.namespace, operator);
      made = await createPlace(here.environment, here.namespace);
      await prepare(made);
    } catch (error) {
      console.error(await diagnose(here, systemOf(here)));
      throw error;
    }
  });
  afterEach(async (context) => {
    if (!('passed' in context) || context.passed || made === undefined) return;
    console.error(await diagnose(made, systemOf(made)));
  });
  after(async () => {
    if (made === undefined) return;
    if (operator !== undefined) await uninstall(made.environment, made.namespace);
    await deletePlace(made);
  });
  return new Proxy({} as Place, {
    get: (_, key) => {
      if (made === undefined) throw new Error('a place is there only in tests and hooks');
      return made[key as keyof Place];
    },
  });
}

export async function createPlace(environment: Environment, namespace: string): Promise<Place> {
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await kubectl(environment, ['apply', '-f', '-'], { input: JSON.stringify(manifest) });
  const here = (...args: string[]) => kubectl(environment, ['--namespace', namespace, ...args]);
  const apply: Place['apply'] = async (...items) => {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await kubectl(environment, ['--namespace', namespace, 'apply', '-f', '-'], { input });
  };
  await apply(...targetObjects(environment.targetImage));
  await here('rollout', 'status', 'deployment/target', '--timeout=60s');
  const address = (await here('get', 'service', 'target', '-o', 'jsonpath={.spec.clusterIP}')).trim();
  const base = `http://${address}:8080`;
  const received = async (signal?: AbortSignal) =>
    (await (await fetch(`${base}/received`, { signal: signal ?? null })).json()) as Record<string, Received>;
  // The node's rules of the Service follow a moment after the pod is ready. An earlier connection never succeeds, because the kernel routes it
  // like its first packet: so each attempt has a connection of its own.
  await until('the target answers', () => received(AbortSignal.timeout(1000)), { timeoutMs: 20_000 });

  const start: Place['start'] = (name, spec) =>
    apply({ apiVersion: API_VERSION, kind: 'LoadTest', metadata: { name }, spec });
  const get: Place['get'] = async (name) => JSON.parse(await here('get', 'loadtest', name, '-o', 'json'));
  const waitFor: Place['waitFor'] = async (name, condition, seconds) => {
    await here('wait', `--for=condition=${condition}`, `loadtest/${name}`, `--timeout=${seconds}s`);
    return get(name);
  };
  return {
    environment,
    namespace,
    kubectl: here,
    apply,
    start,
    get,
    waitFor,
    async runToEnd(name, spec, seconds = 60) {
      await start(name, spec);
      return waitFor(name, 'Complete', seconds);
    },
    async list<T>(resources: string, selector = '') {
      const { items }: { items: T[] } = JSON.parse(await here('get', resources, '-l', selector, '-o', 'json'));
      return items;
    },
    url: (path, port = 8080) => `http://target.${namespace}.svc:${port}${path}`,
    urlByAddress: (path) => `${base}${path}`,
    received: async (path) => (await received())[path],
  };
}

export async function deletePlace({ environment, namespace }: Place): Promise<void> {
  await kubectl(environment, ['delete', 'namespace', namespace, '--wait=false']);
}

/** Diagnostics: the objects that a person would inspect first. */
async function diagnose(
  { environment, namespace }: Pick<Place, 'environment' | 'namespace'>,
  system: string,
): Promise<string> {
  const looks = [
    ['--namespace', namespace, 'get', 'loadtests,scheduledloadtests', '-o', 'yaml'],
    ['--namespace', namespace, 'get', 'jobs,pods', '-o', 'wide'],
    ['--namespace', namespace, 'get', 'events', '--sort-by=.lastTimestamp'],
    ['--namespace', namespace, 'logs', '--selector=app.kubernetes.io/component=runner', '--tail=3', '--prefix'],
    ['--namespace', system, 'get', 'pods', '-o', 'wide'],
    ['--namespace', system, 'logs', '--selector=app.kubernetes.io/component=operator', '--tail=60'],
  ];
  const seen = looks.map(async (args) => {
    const output = await kubectl(environment, args).catch((error: Error) => error.message);
    return `--- kubectl ${args.join(' ')}\n${output}`;
  });
  return (await Promise.all(seen)).join('\n');
}
