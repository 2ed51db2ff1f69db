import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { parseDocument, stringify } from 'yaml';
import { run } from '../../cluster/system/run.ts';
import { chart, helm, kubectl, OPERATOR_NAMESPACE, RELEASE, repository } from '../support/environment.ts';
import { useNamespace } from '../support/namespace.ts';

/** The groups of values that the oldest chart could have had; the others have been added since. */
const OLDEST_VALUES = ['image', 'replicas', 'watchNamespace', 'serviceAccount', 'service', 'resources', 'limits'];

describe('the documented upgrade', () => {
  const ns = useNamespace('upgrade', { operator: [] });

  /** The commands of the code block of docs/operations.md that contains `word`, for the release of this file's namespace. */
  async function documented(word: string): Promise<string> {
    const text = await readFile(join(repository, 'docs/operations.md'), 'utf8');
    const block = text.split('```sh\n').find((part) => part.split('```')[0]?.includes(word));
    assert.ok(block, `no block with ${word}`);
    return (block.split('```')[0] ?? '').replaceAll(OPERATOR_NAMESPACE, ns.name);
  }
  const shell = (commands: string) =>
    run(['bash', '-ec', commands], {
      cwd: repository,
      env: { KUBECONFIG: ns.environment.kubeconfig, PATH: `${ns.environment.bin}${delimiter}${process.env.PATH}` },
    });

  /** Makes the release one of a chart that lacks most values, and the CRDs older ones that Helm has installed. */
  async function grownOld(folder: string): Promise<void> {
    const old = join(folder, 'chart');
    await cp(chart, old, { recursive: true });
    const values = parseDocument(await readFile(join(chart, 'values.yaml'), 'utf8')).toJS() as Record<string, unknown>;
    const { allowScripts: _, deniedAddresses: __, ...limits } = values.limits as Record<string, unknown>;
    const kept = Object.fromEntries(OLDEST_VALUES.map((name) => [name, values[name]]));
    await writeFile(join(old, 'values.yaml'), stringify({ ...kept, limits }));
    await helm(ns.environment, [
      'upgrade',
      RELEASE,
      old,
      '--namespace',
      ns.name,
      '--reset-then-reuse-values',
      '--wait',
    ]);
    for (const plural of ['loadtests', 'scheduledloadtests']) {
      const crd = parseDocument(await readFile(join(chart, `crds/loadtest.dev_${plural}.yaml`), 'utf8'));
      crd.setIn(['spec', 'names', 'categories'], ['older']);
      const options = { input: String(crd) };
      await kubectl(
        ns.environment,
        ['apply', '--server-side', '--force-conflicts', '--field-manager=helm', '-f', '-'],
        options,
      );
    }
  }

  it('works from a chart without most values, and from CRDs that Helm has installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'upgrade-'));
    try {
      await grownOld(folder);
      await shell(await documented('helm upgrade'));
      await ns.kubectl('rollout', 'status', `deployment/${RELEASE}`, '--timeout=60s');
    } finally {
      await rm(folder, { recursive: true });
    }
    const { status } = await ns.runToEnd('upgraded', {
      target: { url: ns.url('/upgraded') },
      load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 10 }] } },
    });
    assert.equal(status.counts.done, 10);
    const categories = await ns.kubectl(
      'get',
      'crd',
      'loadtests.loadtest.dev',
      '-o',
      'jsonpath={.spec.names.categories}',
    );
    assert.doesNotMatch(categories, /older/);
  });

  it('has an installation whose commands are complete', async () => {
    // The objects of the whole cluster exist under the usual name.
    await shell(`${(await documented('helm install')).trimEnd()} --set fullnameOverride=documented --dry-run=client`);
  });
});
