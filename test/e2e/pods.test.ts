import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { until } from '../cluster/system/wait.ts';
import { kubectl, OPERATOR_NAMESPACE, RELEASE } from './support/environment.ts';
import { type Spec, useNamespace } from './support/namespace.ts';

const LOAD: Spec['load'] = { type: 'Open', open: { stages: [{ duration: '1s', rate: 10 }] } };
/** The first UID that OpenShift would give the namespace. */
const FIRST_UID = 1_000_980_000;

/** Refuses pods that name a UID or a group outside of the namespace's range, as OpenShift's restricted-v2 does. */
function uidPolicy(namespace: string) {
  const within = (of: string, field: string) => `!has(${of}.${field}) || ${of}.${field} >= ${FIRST_UID}`;
  const pod = 'object.spec.securityContext';
  const metadata = { name: `uid-range-${namespace}` };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicy', metadata },
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        },
        validations: [
          {
            expression: `!has(${pod}) || ((${within(pod, 'runAsUser')}) && (${within(pod, 'fsGroup')}))`,
            message: "UID and fsGroup must be in the namespace's range",
          },
        ],
      },
    },
    {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata },
      spec: {
        policyName: metadata.name,
        validationActions: ['Deny'],
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
      },
    },
  ];
}

// They mostly wait.
describe('the pods of runners', { concurrency: 3 }, () => {
  const ns = useNamespace('pods');

  it('run where a policy allows only the UIDs of the platform', async () => {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: uidPolicy(ns.name) });
    await kubectl(ns.environment, ['apply', '-f', '-'], { input });
    const pod = (runAsUser: number) =>
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe', namespace: ns.name } },
        spec: { securityContext: { runAsUser }, containers: [{ name: 'a', image: 'a' }] },
      });
    const isRefused = (runAsUser: number) =>
      kubectl(ns.environment, ['create', '--dry-run=server', '-f', '-'], { input: pod(runAsUser) }).then(
        () => false,
        (error) => /namespace's range/.test(error.message),
      );
    try {
      await until('the policy to be in force', async () => (await isRefused(65532)) || undefined, {
        timeoutMs: 30_000,
      });
      assert.equal(await isRefused(FIRST_UID), false);
      const { status } = await ns.runToEnd('platform', { target: { url: ns.url('/platform') }, load: LOAD });
      assert.equal(status.counts.done, 10);
      const securityContext = { runAsUser: FIRST_UID, fsGroup: FIRST_UID };
      const own = await ns.runToEnd('own-uid', {
        target: { url: ns.url('/own-uid') },
        load: LOAD,
        runners: { template: { securityContext } },
      });
      assert.equal(own.status.counts.done, 10);
    } finally {
      for (const kind of ['validatingadmissionpolicybinding', 'validatingadmissionpolicy'])
        await kubectl(ns.environment, ['delete', kind, `uid-range-${ns.name}`]);
    }
  });

  it('have volumes, init containers and sidecars, which end with the runner', async () => {
    const { image } = ns.environment;
    const volumeMounts = [{ name: 'scratch', mountPath: '/scratch' }];
    const node = (program: string) => ({ image, imagePullPolicy: 'Never' as const, command: ['node', '-e', program] });
    const { status } = await ns.runToEnd('equipped', {
      target: { url: ns.url('/equipped') },
      load: LOAD,
      runners: {
        template: {
          labels: { team: 'shop' },
          env: [{ name: 'TZ', value: 'UTC' }],
          volumes: [{ name: 'scratch', emptyDir: {} }],
          volumeMounts,
          initContainers: [
            { name: 'before', ...node("require('fs').writeFileSync('/scratch/done', '')"), volumeMounts },
          ],
          sidecars: [
            {
              name: 'beside',
              ...node("require('fs').readFileSync('/scratch/done'); setInterval(() => {}, 1e3)"),
              volumeMounts,
            },
          ],
          hostAliases: [{ ip: '127.0.0.1', hostnames: ['me.example.com'] }],
          dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
          terminationGracePeriodSeconds: 6,
        },
      },
    });
    assert.equal(status.counts.done, 10);
    await until(
      'the Job to be complete',
      async () => {
        const [job] = await ns.list<{ status: { succeeded?: number } }>('jobs', `${LABEL_TEST}=equipped`);
        return job?.status.succeeded === 1 || undefined;
      },
      { timeoutMs: 90_000, intervalMs: 500 },
    );
  });

  it('that cannot reach the operator are the reason why the test waits', async () => {
    const operator = `${RELEASE}.${OPERATOR_NAMESPACE}.svc`;
    await ns.start('silent', {
      target: { url: ns.url('/silent') },
      load: LOAD,
      // No packet to this address gets an answer.
      runners: { replicas: 2, template: { hostAliases: [{ ip: '10.255.255.1', hostnames: [operator] }] } },
    });
    // While only one pod runs, the reason is about it alone.
    const ofBoth = new RegExp(`they must reach http://${operator}:8090 \\(NetworkPolicy`);
    await until(
      'the reason',
      async () => {
        const condition = findCondition((await ns.get('silent')).status?.conditions, 'Complete');
        return (condition?.reason === 'RunnersSilent' && ofBoth.test(condition.message)) || undefined;
      },
      { timeoutMs: 60_000, intervalMs: 500 },
    );
    const [pod] = await ns.list<{ metadata: { name: string } }>('pods', `${LABEL_TEST}=silent`);
    assert.match(await ns.kubectl('logs', pod?.metadata.name ?? ''), new RegExp(`http://${operator}:8090`));
    await ns.kubectl('annotate', 'loadtest', 'silent', 'loadtest.dev/stop=true');
    await ns.waitFor('silent', 'Complete', 15);
  });
});
