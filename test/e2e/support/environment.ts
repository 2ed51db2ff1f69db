import { join, resolve } from 'node:path';
import { buildNodeImage, buildProjectImage, importImage } from '../../cluster/build/images.ts';
import { up } from '../../cluster/cluster.ts';
import type { Cluster } from '../../cluster/handle.ts';
import { type RunOptions, run } from '../../cluster/system/run.ts';

export const OPERATOR_NAMESPACE = 'loadtest-system';
export const RELEASE = 'loadtest-operator';
export const repository = resolve(import.meta.dirname, '../../..');
export const chart = join(repository, 'charts/loadtest-operator');

/** The cluster of the tests as plain data, so that it fits into an environment variable. */
export type Environment = Omit<Cluster, 'enter'> & { image: string; imageArchive: string; targetImage: string };

const VARIABLE = 'LOADTEST_E2E_ENVIRONMENT';

/**
 * The cluster with our images. The whole run sets it up once (setup.ts); a test file that runs alone sets it up here, with an operator for the
 * whole cluster.
 */
export async function environment(): Promise<Environment> {
  const existing = process.env[VARIABLE];
  if (existing !== undefined) return JSON.parse(existing);
  const testEnvironment = await setUp((line) => console.error(line));
  await install(testEnvironment);
  return testEnvironment;
}

/** Sets up the cluster, unless it is passed to this process, and passes it to the processes that this one starts. */
export async function setUp(log: (line: string) => void): Promise<Environment> {
  const existing = process.env[VARIABLE];
  if (existing !== undefined) return JSON.parse(existing);
  const { enter: _, ...cluster } = await up({ log });
  const [project, target] = await Promise.all([
    buildProjectImage(),
    buildNodeImage('loadtest-target', join(import.meta.dirname, 'target.ts')),
  ]);
  await Promise.all([importImage(project), importImage(target)]);
  const testEnvironment = { ...cluster, image: project.name, imageArchive: project.archive, targetImage: target.name };
  log(`the image is ${project.name}`);
  process.env[VARIABLE] = JSON.stringify(testEnvironment);
  return testEnvironment;
}

/** Sets up the cluster once for all processes that `body` starts. */
export async function withSetUp<T>(log: (line: string) => void, body: () => Promise<T>): Promise<T> {
  await setUp(log);
  try {
    return await body();
  } finally {
    delete process.env[VARIABLE];
  }
}

/** Installs the CRDs for operators that serve one namespace each. */
export async function installCrds(to: Environment): Promise<void> {
  await kubectl(to, ['apply', '--server-side', '--force-conflicts', '-f', join(repository, 'crds')]);
}

/** Installs the operator for the whole cluster, with the CRDs, which the chaos tests may have installed. */
export async function install(to: Environment): Promise<void> {
  await installRelease(to, OPERATOR_NAMESPACE, [], ['--take-ownership']);
}

/** Installs an operator that serves only its own namespace. */
export async function installFor(to: Environment, namespace: string, values: readonly string[] = []): Promise<void> {
  await installRelease(to, namespace, [
    `watchNamespace=${namespace}`,
    'crds.enabled=false',
    'dashboard.enabled=false',
    // Many operators share a node.
    'resources.requests.cpu=10m',
    ...values,
  ]);
}

async function installRelease(
  to: Environment,
  namespace: string,
  values: readonly string[],
  options: readonly string[] = [],
): Promise<void> {
  const [repositoryName = '', tag = ''] = to.image.split(/:(?=[^:/]*$)/);
  await helm(to, [
    ...['upgrade', '--install', RELEASE, chart, '--namespace', namespace, '--create-namespace'],
    ...['--wait', '--timeout', '90s', ...options],
    ...[`image.repository=${repositoryName}`, `image.tag=${tag}`, ...values].flatMap((value) => ['--set', value]),
  ]);
}

/** Uninstalls an operator and keeps its LoadTests. */
export async function uninstall(to: Environment, namespace: string): Promise<void> {
  await helm(to, ['uninstall', RELEASE, '--namespace', namespace, '--ignore-not-found', '--wait', '--timeout', '60s']);
}

/** Runs kubectl in the cluster and returns its output; rejects with a CommandError if it fails. */
export function kubectl(to: Environment, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run([join(to.bin, 'kubectl'), ...args], { ...options, env: { KUBECONFIG: to.kubeconfig, ...options.env } });
}

/** Runs helm in the cluster and returns its output; rejects with a CommandError if it fails. */
export function helm(to: Environment, args: readonly string[]): Promise<string> {
  return run([join(to.bin, 'helm'), ...args], { env: { KUBECONFIG: to.kubeconfig } });
}
