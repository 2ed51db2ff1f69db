import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { parseDocument, stringify } from 'yaml';
import { run } from '../../cluster/system/run.ts';
import { chart, helm, OPERATOR_NAMESPACE, RELEASE, repository } from '../support/environment.ts';
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

  /** Makes the release one of a chart that lacks most values. Its CRDs are test/integration/install/ways.test.ts's. */
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
  }

  it('works from a chart without most values, and a running test ends with its result', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'upgrade-'));
    const open = (duration: string) => ({ type: 'Open' as const, open: { stages: [{ duration, rate: 10 }] } });
    try {
      await grownOld(folder);
      await ns.start('running', { target: { url: ns.url('/running') }, load: open('10s') });
      await ns.waitFor('running', 'Running', 30);
      await shell(await documented('helm upgrade'));
      await ns.kubectl('rollout', 'status', `deployment/${RELEASE}`, '--timeout=60s');
    } finally {
      await rm(folder, { recursive: true });
    }
    const { status } = await ns.waitFor('running', 'Complete', 60);
    assert.deepEqual([status.counts.done, status.runners?.lost ?? 0], [100, 0]);
    const upgraded = await ns.runToEnd('upgraded', { target: { url: ns.url('/upgraded') }, load: open('1s') });
    assert.equal(upgraded.status.counts.done, 10);
  });

  it('passes helm test', async () => {
    assert.match(await helm(ns.environment, ['test', RELEASE, '--namespace', ns.name]), /Phase: +Succeeded/);
  });

  it('has an installation whose commands are complete', async () => {
    // The objects of the whole cluster exist under the usual name.
    await shell(
      `${(await documented('helm install')).trimEnd()} --set fullnameOverride=documented,crds.enabled=false --dry-run=client`,
    );
  });
});
