import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { run } from '../../test/cluster/system/run.ts';
import { ROOT } from '../build/bundle.ts';
import { writeFiles } from './archive.ts';
import { OLDEST_KUBERNETES } from './chart.ts';
import { formatObjects, type KubernetesObject, parseObjects, withoutHelmsMarks } from './kubernetes.ts';

export const NAMESPACE = 'loadtest-system';
const RELEASE = 'loadtest-operator';

/** The objects that helm renders from a chart with values such as `replicas=2`. */
export async function renderChart(chart: string, values: readonly string[] = []): Promise<KubernetesObject[]> {
  const options = [
    '--namespace',
    NAMESPACE,
    '--kube-version',
    OLDEST_KUBERNETES,
    ...values.flatMap((value) => ['--set', value]),
  ];
  return parseObjects(await run(['helm', 'template', RELEASE, chart, ...options]));
}

/** The text of install.yaml: the namespace, which enforces the restricted Pod Security Standard, and the rendered objects. */
export function installManifest(rendered: readonly KubernetesObject[], version: string): string {
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  };
  const header = `# loadtest-operator ${version}: kubectl apply --server-side -f install.yaml\n`;
  return header + formatObjects([namespace, ...withoutHelmsMarks(rendered, 'kubectl')]);
}

/**
 * Writes the Kustomize base, whose one resource is install.yaml, and the overlays, of which one replaces the image. `repository`: that of the
 * image in install.yaml.
 */
export function writeKustomization(folder: string, install: string, repository: string): void {
  cpSync(join(ROOT, 'deploy/kustomize'), folder, { recursive: true });
  const path = join(folder, 'overlays/registry/kustomization.yaml');
  const overlay = parseDocument(readFileSync(path, 'utf8'));
  overlay.setIn(['images', 0, 'name'], repository);
  writeFiles(folder, new Map([['base/install.yaml', install]]));
  writeFileSync(path, overlay.toString({ lineWidth: 0 }));
}

/** Examples of every kind, for forms that begin with one. */
export function exampleObjects(): KubernetesObject[] {
  return ['thresholds', 'nightly'].flatMap((name) =>
    parseObjects(readFileSync(join(ROOT, `examples/${name}.yaml`), 'utf8')).filter(({ apiVersion }) =>
      apiVersion.startsWith('loadtest.dev/'),
    ),
  );
}
