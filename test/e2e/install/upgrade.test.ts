import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseDocument, stringify } from 'yaml';
import { formatObjects, type KubernetesObject, withoutHelmsMarks } from '../../../scripts/release/kubernetes.ts';
import { exampleObjects, installManifest, renderChart } from '../../../scripts/release/manifests.ts';
import { bundleFiles } from '../../../scripts/release/olm.ts';
import { run } from '../../cluster/system/run.ts';
import {
  chart,
  helm,
  install,
  kubectl,
  OPERATOR_NAMESPACE,
  RELEASE,
  repository,
  uninstall,
} from '../support/environment.ts';
import { useNamespace } from '../support/namespace.ts';
import { objectsOfBundle } from '../support/olm.ts';

/** The groups of values that the oldest chart could have had; the others have been added since. */
const OLDEST_VALUES = ['image', 'replicas', 'watchNamespace', 'serviceAccount', 'service', 'resources', 'limits'];
const open = (duration: string) => ({ type: 'Open' as const, open: { stages: [{ duration, rate: 10 }] } });

/** The commands of the code block of docs/operations.md that contains `word`. */
async function documented(word: string): Promise<string> {
  const text = await readFile(join(repository, 'docs/operations.md'), 'utf8');
  const block = text.split('```sh\n').find((part) => part.split('```')[0]?.includes(word));
  assert.ok(block, `no block with ${word}`);
  return (block.split('```')[0] ?? '').trimEnd();
}

// The one operator of all tests, because a second one would serve the same LoadTests.
describe('the operator of the whole cluster', () => {
  const ns = useNamespace('install');
  after(async () => {
    await uninstall(ns.environment, OPERATOR_NAMESPACE);
    await install(ns.environment);
  });

  const shell = (commands: string) =>
    run(['bash', '-ec', commands], {
      cwd: repository,
      env: { KUBECONFIG: ns.environment.kubeconfig, PATH: `${ns.environment.bin}${delimiter}${process.env.PATH}` },
    });
  const operatorIsReady = (namespace: string) =>
    kubectl(ns.environment, ['-n', namespace, 'rollout', 'status', `deployment/${RELEASE}`, '--timeout=60s']);
  /** A LoadTest of a second that no other operator can have carried out. */
  async function runs(name: string): Promise<void> {
    const { status } = await ns.runToEnd(name, { target: { url: ns.url(`/${name}`) }, load: open('1s') });
    assert.deepEqual([status.counts.done, status.runners?.lost ?? 0], [10, 0]);
  }

  describe('by Helm', () => {
    /** Makes the release one of a chart that lacks most values. Its CRDs are test/integration/install/ways.test.ts's. */
    async function grownOld(folder: string): Promise<void> {
      const old = join(folder, 'chart');
      await cp(chart, old, { recursive: true });
      const values = parseDocument(await readFile(join(chart, 'values.yaml'), 'utf8')).toJS() as Record<
        string,
        unknown
      >;
      const { allowScripts: _, deniedAddresses: __, ...limits } = values.limits as Record<string, unknown>;
      const kept = Object.fromEntries(OLDEST_VALUES.map((name) => [name, values[name]]));
      await writeFile(join(old, 'values.yaml'), stringify({ ...kept, limits }));
      const release = ['upgrade', RELEASE, old, '--namespace', OPERATOR_NAMESPACE, '--reset-then-reuse-values'];
      await helm(ns.environment, [...release, '--wait']);
    }

    it('upgrades as documented from a chart without most values, and a running test ends with its result', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'upgrade-'));
      try {
        await grownOld(folder);
        await ns.start('running', { target: { url: ns.url('/running') }, load: open('10s') });
        await ns.waitFor('running', 'Running', 30);
        await shell(await documented('helm upgrade'));
        await operatorIsReady(OPERATOR_NAMESPACE);
      } finally {
        await rm(folder, { recursive: true });
      }
      const { status } = await ns.waitFor('running', 'Complete', 60);
      assert.deepEqual([status.counts.done, status.runners?.lost ?? 0], [100, 0]);
      await runs('upgraded');
    });

    it('takes the documented webhook, whose Secret exists', async () => {
      await shell(`${await documented('webhooks=')} --dry-run=server`);
      const secret = ['-n', OPERATOR_NAMESPACE, 'get', 'secret', 'team-chat', '-o', 'jsonpath={.data.url}'];
      assert.match(await kubectl(ns.environment, secret), /^aHR0cHM6/);
    });

    it('passes helm test', async () => {
      assert.match(
        await helm(ns.environment, ['test', RELEASE, '--namespace', OPERATOR_NAMESPACE]),
        /Phase: +Succeeded/,
      );
    });

    it('has an installation whose commands are complete', async () => {
      // The objects of the whole cluster exist under the usual name.
      await shell(
        `${await documented('helm install')} --set fullnameOverride=documented,crds.enabled=false --dry-run=client`,
      );
    });
  });

  describe('without Helm', () => {
    let rendered: KubernetesObject[];
    before(async () => {
      await uninstall(ns.environment, OPERATOR_NAMESPACE);
      await kubectl(ns.environment, ['delete', '-f', join(repository, 'crds')]);
      process.env.PATH = `${ns.environment.bin}${delimiter}${process.env.PATH}`;
      const [name = '', tag = ''] = ns.environment.image.split(/:(?=[^:/]*$)/);
      rendered = await renderChart(chart, [`image.repository=${name}`, `image.tag=${tag}`]);
    });
    const apply = (text: string) => kubectl(ns.environment, ['apply', '--server-side', '-f', '-'], { input: text });
    /** Keeps namespaces and CRDs. */
    const remove = (objects: readonly object[]) =>
      kubectl(ns.environment, ['delete', '--ignore-not-found', '-f', '-'], {
        input: formatObjects(
          (objects as KubernetesObject[]).filter(({ kind }) => !/^(Namespace|CustomResource)/.test(kind)),
        ),
      });

    it('comes from install.yaml, and runs a test', async () => {
      const text = installManifest(rendered, '0.0.0');
      await apply(text);
      await operatorIsReady(OPERATOR_NAMESPACE);
      await runs('from-one-file');
      await apply(text);
      await remove(withoutHelmsMarks(rendered, 'kubectl'));
    });

    it('comes from the objects that OLM makes of the bundle, and runs a test', async () => {
      const namespace = `${ns.name}-olm`;
      const files = bundleFiles({
        ...{ version: '0.0.0', source: 'https://git.example/op', created: new Date(0), examples: exampleObjects() },
        image: ns.environment.image,
        objects: withoutHelmsMarks(rendered, 'olm'),
      });
      const objects = objectsOfBundle(files, namespace);
      const crds = objects.filter((object) => (object as KubernetesObject).kind === 'CustomResourceDefinition');
      assert.equal(crds.length, 2);
      await kubectl(ns.environment, ['apply', '--server-side', '--force-conflicts', '-f', '-'], {
        input: formatObjects(objects),
      });
      await operatorIsReady(namespace);
      await runs('from-olm');
      await remove(objects);
      await kubectl(ns.environment, ['delete', 'namespace', namespace, '--wait=false']);
    });
  });
});
