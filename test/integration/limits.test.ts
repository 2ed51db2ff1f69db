import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { LOAD_TEST, SCHEDULED_LOAD_TEST } from '../../api/common/group.ts';
import { type OperatorLimits, operatorLimitsSchema, POD_FIELDS } from '../../api/common/operator-limits.ts';
import { DENIED_ADDRESSES } from '../../api/common/sizes.ts';
import { loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import { exceeded } from '../../model/limits/violations.ts';
import type { ApiResponse } from '../cluster/api-client.ts';
import { binaries } from '../cluster/build/binaries.ts';
import { kubernetesVersion } from '../cluster/build/versions.ts';
import { run } from '../cluster/system/run.ts';
import { until } from '../cluster/system/wait.ts';
import { GATED_TEMPLATES } from '../support/specs/gated-templates.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const CHART = join(import.meta.dirname, '../../charts/loadtest-operator');
const SETTINGS = [
  ...['maxRate=100', 'maxUsers=10', 'maxRunners=2', 'maxDuration=10m', 'maxConcurrentTests=3', 'allowScripts=false'],
  'allowContainers=false',
  ...['oneTestPerTarget=true', 'allowedHosts={checkout,*.shop.svc,10.0.*,169.254.*,*:*}'],
].map((setting) => `limits.${setting}`);

type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: {
    template?: { spec: { containers: { env: { name: string; value: string }[] }[] } };
    validations?: unknown[];
    matchResources?: unknown;
  };
};

/** The chart rendered by helm for a namespace. */
async function render(
  namespace: string,
  settings: readonly string[],
  json: readonly string[] = [],
): Promise<Manifest[]> {
  const helm = join(await binaries('helm', () => {}), 'helm');
  const args = ['template', 'rel', CHART, '--namespace', namespace, '--kube-version', kubernetesVersion];
  const text = await run([
    helm,
    ...args,
    ...settings.flatMap((setting) => ['--set', setting]),
    ...json.flatMap((setting) => ['--set-json', setting]),
  ]);
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
}

/** Whether the first policy of this file forbids a template anyway. */
const hasContainers = (template: Record<string, unknown>) => 'sidecars' in template || 'initContainers' in template;

/** The limits that the chart passes to the operator. */
function limitsIn(manifests: readonly Manifest[]): OperatorLimits {
  const env = manifests.find(({ kind }) => kind === 'Deployment')?.spec.template?.spec.containers[0]?.env;
  return operatorLimitsSchema.parse(JSON.parse(env?.find(({ name }) => name === 'LOADTEST_LIMITS')?.value ?? ''));
}

let server: TestServer;
let limits: OperatorLimits;
before(async () => {
  server = await startTestServer({ isOwn: true });
  const manifests = await render('system', SETTINGS);
  limits = limitsIn(manifests);
  await install(manifests);
  const inForce = async () => (await apply({ runners: { replicas: 3 } })).code !== 201 || undefined;
  await until('the policy to be in force', inForce, { timeoutMs: 30_000 });
});
after(() => server.stop());

/** Creates the chart's policies and their bindings. */
async function install(manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests.filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy'))) {
    const plural = manifest.kind.endsWith('Binding')
      ? 'validatingadmissionpolicybindings'
      : 'validatingadmissionpolicies';
    const path = `/apis/admissionregistration.k8s.io/v1/${plural}`;
    const { code, body } = await server.call({
      method: 'POST',
      path,
      query: { fieldValidation: 'Strict' },
      body: manifest,
    });
    assert.equal(code, 201, body.message ?? '');
  }
}

const stages = (...list: [duration: string, rate: number][]) => list.map(([duration, rate]) => ({ duration, rate }));
const open = (fields: object) => ({ load: { type: 'Open', open: { stages: stages(['1m', 100]), ...fields } } });
const closed = (fields: object) => ({ load: { type: 'Closed', closed: { users: 10, duration: '1m', ...fields } } });
const capacity = (fields: object) => ({
  load: { type: 'Capacity', capacity: { maxRate: 100, deadline: '10m', ...fields } },
});
const target = (url: string) => ({ target: { url } });
const through = (url: string) => ({ target: { url: 'http://checkout', http: { proxy: { url } } } });
const FROM = { secretKeyRef: { name: 's', key: 'host' } };
const named = (value: string) => ({ requests: [{ name: 'a' }, { name: 'b', headers: [{ name: 'Host', value }] }] });
const secure = (serverName: string) => ({ target: { url: 'https://checkout', tls: { serverName } } });
const specOf = (change: object) => ({ ...target('http://checkout'), ...open({}), ...change });

function apply(
  change: object,
  kind: typeof LOAD_TEST | typeof SCHEDULED_LOAD_TEST = LOAD_TEST,
  dryRun = true,
): Promise<ApiResponse> {
  const spec = specOf(change);
  return server.call({
    method: 'POST',
    path: `/apis/loadtest.dev/v1alpha1/namespaces/default/${kind.plural}`,
    query: dryRun ? { dryRun: 'All' } : {},
    body: {
      apiVersion: 'loadtest.dev/v1alpha1',
      kind: kind.kind,
      metadata: { name: 'limited' },
      spec: kind === LOAD_TEST ? spec : { schedule: '0 3 * * *', loadTestTemplate: { spec } },
    },
  });
}

/** A spec, and the field that exceeds a limit ("": none). */
const rows: [change: object, field: string][] = [
  [{}, ''],
  [open({ stages: stages(['1m', 101]) }), 'load.open.stages'],
  [open({ startRate: 100 }), ''],
  [open({ startRate: 101 }), 'load.open.startRate'],
  [open({ per: '1m', stages: stages(['1m', 6000]) }), ''],
  [open({ per: '1m', stages: stages(['1m', 6001]) }), 'load.open.stages'],
  [open({ per: '500us', stages: stages(['1m', 1]) }), 'load.open.stages'],
  [open({ per: '10ms', stages: stages(['1m', 1]) }), ''],
  [open({ per: '9.5ms', stages: stages(['1m', 1]) }), 'load.open.stages'],
  [open({ per: '1h0.5s', stages: stages(['1m', 360_050]) }), ''],
  [open({ per: '1h0.5s', stages: stages(['1m', 360_051]) }), 'load.open.stages'],
  [open({ stages: stages(['5m', 10], ['5m', 10]) }), ''],
  [open({ stages: stages(['5m', 10], ['5m1us', 10]) }), 'load.open.stages'],
  [closed({ duration: '10m' }), ''],
  [closed({ duration: '10m0.001s' }), 'load.closed.duration'],
  [closed({ duration: undefined, iterations: 5 }), 'load.closed.duration'],
  [closed({ users: 11 }), 'load.closed.users'],
  [capacity({}), ''],
  [capacity({ maxRate: 101 }), 'load.capacity.maxRate'],
  [capacity({ deadline: '10m0.001s' }), 'load.capacity.deadline'],
  [{ runners: { replicas: 2 } }, ''],
  [{ runners: { replicas: 3 } }, 'runners.replicas'],
  [{ script: { configMapKeyRef: { name: 'logic', key: 'a.mjs' } } }, 'script'],
  [target('https://Cart.Shop.svc:8443/x'), ''],
  [target('http://shop.svc'), 'target.url'],
  [target('http://cart.shop.svc.example.com'), 'target.url'],
  [target('http://10.0.3.4'), ''],
  [target('http://10.1.3.4'), 'target.url'],
  [target('http://169.254.169.254/latest/meta-data'), 'target.url'],
  [target('http://[fe80::1]'), 'target.url'],
  [target('http://[FD00:EC2::254]'), 'target.url'],
  [target('http://[fd12::7]:8080'), ''],
  [target('http://[64:ff9b::a9fe:a9fe]'), 'target.url'],
  [through('http://10.0.0.7:3128'), ''],
  [through('http://169.254.0.7:3128'), 'target.http.proxy.url'],
  [through('http://proxy:3128'), 'target.http.proxy.url'],
  [target('http://[64:ff9b::808:808]'), ''],
  [target('http://[::ffff:0:a9fe:a9fe]'), 'target.url'],
  [target('http://[64:ff9b:1:a9fe:a9:fe00::]'), 'target.url'],
  [target('http://[64:ff9b:1:a9:fe:a9fe::]'), 'target.url'],
  [target('http://[64:ff9b:1:0:a9:fea9:fe00:0]'), 'target.url'],
  [target('http://[64:ff9b:1::a9fe:a9fe]'), 'target.url'],
  [target('http://[2002:a9fe:a9fe::1]'), 'target.url'],
  [target('http://[64:ff9b:1:808:8:800::]'), ''],
  [{ target: { url: 'http://checkout', http: { unixSocket: '/run/a.sock' } } }, 'target.http.unixSocket'],
  [named('Cart.Shop.svc.:8080'), ''],
  [named('admin.other.svc:80'), 'requests'],
  [named('${index}.shop.svc'), 'requests'],
  [named('[fd12::7]:80'), ''],
  [{ requests: [{ name: 'a', headers: [{ name: 'host', valueFrom: FROM }] }] }, 'requests'],
  [secure('a.shop.svc'), ''],
  [secure('a.other.svc'), 'target.tls.serverName'],
  [{ runners: { template: { sidecars: [{ name: 'a', image: 'b' }] } } }, 'runners.template.sidecars'],
  [{ runners: { template: { initContainers: [{ name: 'a', image: 'b' }] } } }, 'runners.template.initContainers'],
];

describe('the chart and the operator agree on', () => {
  for (const [change, field] of rows)
    it(`${JSON.stringify(change)}: ${field === '' ? 'within the limits' : `${field} exceeds a limit`}`, async () => {
      const ours = exceeded(loadTestSpecSchema.parse(specOf(change)), limits);
      assert.ok(field === '' ? ours.length === 0 : ours[0]?.startsWith(`spec.${field}`), ours.join('; '));
      for (const [kind, at] of [
        [LOAD_TEST, 'spec.'],
        [SCHEDULED_LOAD_TEST, 'spec.loadTestTemplate.spec.'],
      ] as const) {
        const { code, body } = await apply(change, kind);
        assert.equal(code, field === '' ? 201 : 422, body.message ?? '');
        if (field !== '') assert.ok(body.message?.includes(`${at}${field}: `), body.message ?? '');
      }
    });
});

describe('the chart and the operator agree by default on', () => {
  let defaults: OperatorLimits;
  before(async () => {
    const manifests = await render('defaults', []);
    defaults = limitsIn(manifests);
    await install(manifests);
    await until(
      'the policy to be in force',
      async () => (await applied({ hostNetwork: true })).code !== 201 || undefined,
      {
        timeoutMs: 30_000,
      },
    );
  });
  const applied = (template: object) => apply({ runners: { template } });

  for (const { what, template, field, needs } of GATED_TEMPLATES.filter(({ template }) => !hasContainers(template)))
    it(what, async () => {
      const ours = exceeded(loadTestSpecSchema.parse(specOf({ runners: { template } })), defaults);
      const { code, body } = await applied(template);
      assert.deepEqual([ours.length, code], needs === undefined ? [0, 201] : [1, 422], body.message ?? '');
      if (needs !== undefined)
        assert.ok(body.message?.includes(`spec.runners.template.${field}: `), body.message ?? '');
    });
});

it('lowered limits do not affect existing tests until their spec changes', async () => {
  const path = '/apis/loadtest.dev/v1alpha1/namespaces/default/loadtests/limited';
  const contentType = 'application/merge-patch+json';
  const patch = (body: unknown) => server.call({ method: 'PATCH', path, contentType, body });
  assert.equal((await apply({}, LOAD_TEST, false)).code, 201);
  assert.equal((await patch({ metadata: { labels: { a: 'b' } } })).code, 200);
  const { code, body } = await patch({ spec: { runners: { replicas: 3 } } });
  assert.equal(code, 422);
  assert.match(body.message ?? '', /spec[.]runners[.]replicas: 3 exceeds the limit of 2/);
});

describe('the values of the chart', () => {
  it('reach the operator', () => {
    const { deniedAddresses, ...rest } = limits;
    assert.deepEqual(deniedAddresses, DENIED_ADDRESSES);
    assert.deepEqual(rest, {
      ...{
        maxRate: 100,
        maxUsers: 10,
        maxRunners: 2,
        maxDuration: '10m',
        maxConcurrentTests: 3,
        maxWaitingTests: 1000,
      },
      ...{ oneTestPerTarget: true, allowScripts: false, allowContainers: false, allowPodFields: [] },
      allowUnixSockets: false,
      allowedHosts: ['checkout', '*.shop.svc', '10.0.*', '169.254.*', '*:*'],
    });
  });

  it('limit nothing but addresses, rights and the length of the queue by default', async () => {
    const manifests = await render('system', []);
    assert.deepEqual(limitsIn(manifests), operatorLimitsSchema.parse({ maxWaitingTests: 1000 }));
    const [policy] = manifests.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
    assert.equal(
      policy?.spec.validations?.length,
      12,
      'for the target, its proxy and its socket, and for the fields of a pod',
    );
  });

  it('create no policy if they limit nothing', async () => {
    const manifests = await render(
      'system',
      [],
      [
        'limits.deniedAddresses=[]',
        'limits.allowUnixSockets=true',
        `limits.allowPodFields=${JSON.stringify(POD_FIELDS)}`,
      ],
    );
    assert.deepEqual(limitsIn(manifests).deniedAddresses, []);
    assert.ok(!manifests.some(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy')));
  });

  it('apply to one namespace if the operator serves only one', async () => {
    const manifests = await render('system', ['watchNamespace=shop']);
    const binding = manifests.find(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');
    assert.deepEqual(binding?.spec.matchResources, {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
    });
  });
});
