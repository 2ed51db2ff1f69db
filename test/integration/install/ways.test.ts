import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { API_VERSION } from '../../../api/common/group.ts';
import { CHART, OLDEST_KUBERNETES } from '../../../scripts/release/chart.ts';
import { installManifest, NAMESPACE, renderChart, writeKustomization } from '../../../scripts/release/manifests.ts';
import { binaries } from '../../cluster/build/binaries.ts';
import { type ControlPlane, startControlPlane } from '../../cluster/components/control-plane.ts';
import { CommandError, run } from '../../cluster/system/run.ts';
import { until } from '../../cluster/system/wait.ts';

const LOAD_TEST = {
  apiVersion: API_VERSION,
  kind: 'LoadTest',
  metadata: { name: 'stored', namespace: 'team' },
  spec: { target: { url: 'http://x.svc' }, load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } } },
};

let controlPlane: ControlPlane;
let folder: string;
before(async () => {
  const [helm, kubernetes] = [await binaries('helm', () => {}), await binaries('controlPlane', () => {})];
  process.env.PATH = [helm, kubernetes, process.env.PATH].join(delimiter);
  controlPlane = await startControlPlane();
  process.env.KUBECONFIG = controlPlane.kubeconfig;
  folder = mkdtempSync(join(tmpdir(), 'installation-'));
  for (const name of [NAMESPACE, 'shop', 'team']) await kubectl('create', 'namespace', name);
});
after(async () => {
  await controlPlane?.stop();
  rmSync(folder, { recursive: true });
});

const kubectl = (...args: string[]) => run(['kubectl', ...args]);
const helm = (...args: string[]) => run(['helm', '--namespace', NAMESPACE, ...args]);
const apply = (text: string, ...options: string[]) =>
  run(['kubectl', 'apply', '--server-side', '--validate=strict', '-f', '-', ...options], { input: text });

/** The objects that helm renders, without the CRDs, which are the largest part by far. */
const render = (values: readonly string[]) =>
  helm(
    ...['template', 'rel', CHART, '--kube-version', OLDEST_KUBERNETES],
    ...['crds.enabled=false', ...values].flatMap((value) => ['--set', value]),
  );

describe('the API server accepts every object', () => {
  for (const values of [
    ['replicas=3', 'networkPolicy.enabled=true', 'aggregateRoles.enabled=true'],
    ['watchNamespace=shop', 'fullnameOverride=other', 'serviceAccount.create=false', 'dashboard.enabled=false'],
    ['topologySpreadConstraints[0].topologyKey=zone', 'topologySpreadConstraints[0].maxSkew=1'].concat(
      'topologySpreadConstraints[0].whenUnsatisfiable=DoNotSchedule',
    ),
    ['podLabels.team=load', 'podAnnotations.note=x', 'imagePullSecrets[0].name=reg', 'tolerations[0].operator=Exists'],
    ['limits.maxRate=10', 'limits.maxRunners=2', 'limits.maxDuration=1h', 'limits.allowedHosts={*.shop.svc}'],
    [`image.digest=sha256:${'0f'.repeat(32)}`, 'networkPolicy.enabled=true', 'nodeSelector.pool=load'].concat(
      'networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.a=b',
    ),
  ])
    it(`of the chart with ${values.join(' ')}`, async () => {
      await apply(await render(values), '--dry-run=server');
    });

  describe('of Kustomize', () => {
    before(async () => {
      const rendered = await renderChart(CHART, ['crds.enabled=false', 'image.repository=reg.example/op']);
      writeKustomization(join(folder, 'kustomize'), installManifest(rendered, '0.0.0'), 'reg.example/op');
    });
    const build = (path: string) => kubectl('kustomize', join(folder, 'kustomize', path));

    it('in the base', async () => void (await apply(await build('base'), '--dry-run=server')));
    it('with two replicas', async () => {
      const text = await build('overlays/two-replicas');
      await apply(text, '--dry-run=server');
      assert.match(text, /replicas: 2/);
    });
    it('from another registry, as the image of operator and runners', async () => {
      const text = await build('overlays/registry');
      await apply(text, '--dry-run=server');
      assert.equal(text.match(/(image|value): registry\.example\.com\/loadtest-operator:/g)?.length, 2);
    });
  });
});

describe('the CRDs of a release', () => {
  const categories = () => kubectl('get', 'crd', 'loadtests.loadtest.dev', '-o', 'jsonpath={.spec.names.categories}');
  const stored = async () => {
    const { metadata, spec } = JSON.parse(await kubectl('get', 'loadtest', 'stored', '--namespace=team', '-o', 'json'));
    return { uid: metadata.uid, target: spec.target.url };
  };
  let before: Awaited<ReturnType<typeof stored>>;

  it('come with an installation, which serves them', async () => {
    const old = join(folder, 'old');
    cpSync(CHART, old, { recursive: true });
    const path = join(old, 'definitions/loadtest.dev_loadtests.yaml');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('- loadtesting', '- older'));
    await helm('install', 'operator', old);
    await until('LoadTests to be served', () => apply(JSON.stringify(LOAD_TEST)).catch(() => undefined), {
      timeoutMs: 30_000,
    });
    before = await stored();
    assert.match(await categories(), /older/);
  });
  it('change with an upgrade, and keep what is stored', async () => {
    await helm('upgrade', 'operator', CHART, '--reuse-values');
    assert.doesNotMatch(await categories(), /older/);
    assert.deepEqual(await stored(), before);
  });
  it('change back with a rollback, and keep what is stored', async () => {
    await helm('rollback', 'operator', '1');
    assert.match(await categories(), /older/);
    assert.deepEqual(await stored(), before);
  });
  it('belong to one release', async () => {
    const another = ['upgrade', '--install', 'another', CHART, '--namespace=shop', '--set=watchNamespace=shop'];
    await assert.rejects(run(['helm', ...another]), (error) => {
      assert.ok(error instanceof CommandError);
      assert.match(error.stderr, /CustomResourceDefinition "loadtests\.loadtest\.dev".* exists and cannot be imported/);
      return true;
    });
    await run(['helm', ...another, '--set=crds.enabled=false']);
  });
  it('stay when it is uninstalled, with what is stored, and are taken up by its next installation', async () => {
    await helm('uninstall', 'operator');
    assert.deepEqual(await stored(), before);
    await helm('install', 'operator', CHART, '--set=aggregateRoles.enabled=true');
    assert.doesNotMatch(await categories(), /older/);
    assert.deepEqual(await stored(), before);
  });
});

describe("the cluster's roles, extended by aggregateRoles", () => {
  const READ = ['get', 'list', 'watch'];
  const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
  const ours = async (user: string): Promise<Record<string, string[]>> => {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: 'team' },
    };
    const text = await run(['kubectl', 'create', `--as=${user}`, '--validate=false', '-f', '-', '-o', 'json'], {
      input: JSON.stringify(review),
    });
    const rules: { apiGroups?: string[]; resources?: string[]; verbs: string[] }[] =
      JSON.parse(text).status.resourceRules;
    const granted: Record<string, string[]> = {};
    for (const { resources = [], verbs } of rules.filter(({ apiGroups }) => apiGroups?.includes('loadtest.dev')))
      for (const name of resources) granted[name] = [...new Set([...(granted[name] ?? []), ...verbs])].sort();
    return granted;
  };
  before(async () => {
    for (const role of ['view', 'edit', 'admin'])
      await kubectl('create', 'rolebinding', role, `--clusterrole=${role}`, `--user=${role}er`, '--namespace=team');
    const aggregated = async () =>
      ('loadtests' in (await ours('viewer')) && 'loadtests' in (await ours('adminer'))) || undefined;
    await until('the roles to be aggregated', aggregated, { timeoutMs: 30_000 });
  });

  for (const [user, verbs] of [
    ['viewer', READ],
    ['editer', [...READ, ...WRITE].sort()],
    ['adminer', [...READ, ...WRITE].sort()],
    ['stranger', []],
  ] as const)
    it(`let a ${user} ${verbs.join(', ') || 'do nothing with'} LoadTests and ScheduledLoadTests, and no status`, async () => {
      assert.deepEqual(await ours(user), verbs.length === 0 ? {} : { loadtests: verbs, scheduledloadtests: verbs });
    });

  it('let a developer run a test, and not write its result', async () => {
    const metadata = { name: 'mine', namespace: 'team' };
    await apply(JSON.stringify({ ...LOAD_TEST, metadata }), '--as=editer');
    const status = { ...LOAD_TEST, metadata, status: { conditions: [] } };
    await assert.rejects(
      apply(JSON.stringify(status), '--as=editer', '--subresource=status'),
      /cannot patch resource "loadtests\/status"/,
    );
    await assert.rejects(
      kubectl('delete', 'loadtest', 'mine', '--namespace=team', '--as=viewer'),
      /cannot delete resource "loadtests"/,
    );
    await kubectl('delete', 'loadtest', 'mine', '--namespace=team', '--as=editer');
  });
});
