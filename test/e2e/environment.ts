import { join, resolve } from 'node:path';
import { GROUP, LOAD_TEST } from '../../api/group.ts';
import { type Cluster, up } from '../cluster/cluster.ts';
import { buildNodeImage, buildProjectImage, importImage } from '../cluster/images.ts';
import { type RunOptions, run } from '../cluster/run.ts';

export const OPERATOR_NAMESPACE = 'loadtest-system';
export const RELEASE = 'loadtest-operator';
export const repository = resolve(import.meta.dirname, '../..');
export const chart = join(repository, 'charts/loadtest-operator');

/** What the tests know of the cluster that they run in. Plain data, so that it fits into an environment variable. */
export type Environment = Omit<Cluster, 'enter'> & { image: string; targetImage: string };

const VARIABLE = 'LOADTEST_E2E_ENVIRONMENT';

/**
 * The cluster with the operator installed by helm: set up once by the whole run (setup.ts), or here by a test file
 * that is run by itself.
 */
export async function environment(): Promise<Environment> {
  const known = process.env[VARIABLE];
  if (known !== undefined) return JSON.parse(known);
  const made = await setUp((line) => console.error(line));
  process.env[VARIABLE] = JSON.stringify(made);
  return made;
}

async function setUp(log: (line: string) => void): Promise<Environment> {
  const { enter: _, ...cluster } = await up({ log });
  const [project, target] = await Promise.all([
    buildProjectImage(),
    buildNodeImage('loadtest-target', join(import.meta.dirname, 'target.ts')),
  ]);
  await Promise.all([importImage(project), importImage(target)]);
  const made = { ...cluster, image: project.name, targetImage: target.name };
  await install(made);
  log(`installed ${project.name}`);
  return made;
}

/** As docs/operations.md says: helm installs a chart's CRDs when they are not there, and never changes them afterwards. */
async function install(to: Environment): Promise<void> {
  const [repositoryName = '', tag = ''] = to.image.split(/:(?=[^:/]*$)/);
  const present = await kubectl(to, ['get', 'crd', `${LOAD_TEST.plural}.${GROUP}`, '--ignore-not-found', '-o', 'name']);
  if (present !== '') await kubectl(to, ['apply', '--server-side', '--force-conflicts', '-f', join(chart, 'crds')]);
  await helm(to, [
    ...['upgrade', '--install', RELEASE, chart, '--namespace', OPERATOR_NAMESPACE, '--create-namespace'],
    ...['--wait', '--timeout', '90s'],
    ...['--set', `image.repository=${repositoryName}`, '--set', `image.tag=${tag}`],
  ]);
}

/** Runs kubectl against the cluster and gives what it prints; rejects with a CommandError when it fails. */
export function kubectl(to: Environment, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run([join(to.bin, 'kubectl'), ...args], { ...options, env: { KUBECONFIG: to.kubeconfig, ...options.env } });
}

/** Runs helm against the cluster and gives what it prints; rejects with a CommandError when it fails. */
export function helm(to: Environment, args: readonly string[]): Promise<string> {
  return run([join(to.bin, 'helm'), ...args], { env: { KUBECONFIG: to.kubeconfig } });
}
