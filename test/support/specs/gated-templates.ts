import type { POD_FIELDS } from '../../../api/common/operator-limits.ts';

/** A template of runners, and what it needs in limits.allowPodFields (undefined: nothing), for which field. */
export type GatedTemplate = {
  what: string;
  template: Record<string, unknown>;
  field: string;
  needs?: (typeof POD_FIELDS)[number];
};

const pod = (context: object) => ({ securityContext: context });
const runner = (context: object) => ({ containerSecurityContext: context });
const sidecar = (context: object) => ({ sidecars: [{ name: 'a', image: 'b', securityContext: context }] });
const init = (context: object) => ({ initContainers: [{ name: 'a', image: 'b', securityContext: context }] });
const volume = (source: object) => ({ volumes: [{ name: 'a', ...source }] });

const privileged = (what: string, template: Record<string, unknown>, field: string): GatedTemplate => ({
  ...{ what, template, field, needs: 'privileged' },
});
const free = (what: string, template: Record<string, unknown>): GatedTemplate => ({ what, template, field: '' });

/** Templates on both sides of every rule, for the operator and for the chart's policy. */
export const GATED_TEMPLATES: readonly GatedTemplate[] = [
  { what: 'the network of the node', template: { hostNetwork: true }, field: 'hostNetwork', needs: 'hostNetwork' },
  free('no network of the node', { hostNetwork: false }),
  {
    ...{ what: 'another ServiceAccount', template: { serviceAccountName: 'admin' } },
    ...{ field: 'serviceAccountName', needs: 'serviceAccountName' },
  },
  { what: 'a path of the node', template: volume({ hostPath: { path: '/' } }), field: 'volumes', needs: 'hostPath' },
  { what: 'a volume of a CSI driver', template: volume({ csi: { driver: 'a' } }), field: 'volumes', needs: 'csi' },
  free('any other volume', volume({ emptyDir: {} })),
  privileged('a privileged runner', runner({ privileged: true }), 'containerSecurityContext'),
  privileged('a privileged sidecar', sidecar({ privileged: true }), 'sidecars'),
  privileged('a privileged init container', init({ privileged: true }), 'initContainers'),
  privileged('privilege escalation', runner({ allowPrivilegeEscalation: true }), 'containerSecurityContext'),
  privileged('a capability', runner({ capabilities: { add: ['NET_ADMIN'] } }), 'containerSecurityContext'),
  privileged('capabilities that are kept', sidecar({ capabilities: { drop: [] } }), 'sidecars'),
  free(
    'the capability of the restricted profile',
    runner({ capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] } }),
  ),
  privileged('root for the pod', pod({ runAsUser: 0 }), 'securityContext'),
  privileged('root for a container', init({ runAsUser: 0 }), 'initContainers'),
  privileged('that root is refused no longer', pod({ runAsNonRoot: false }), 'securityContext'),
  privileged('no seccomp profile', pod({ seccompProfile: { type: 'Unconfined' } }), 'securityContext'),
  privileged('no AppArmor profile', runner({ appArmorProfile: { type: 'Unconfined' } }), 'containerSecurityContext'),
  privileged(
    'no AppArmor profile, by an annotation',
    { annotations: { 'container.apparmor.security.beta.kubernetes.io/runner': 'unconfined' } },
    'annotations',
  ),
  privileged('another SELinux type', pod({ seLinuxOptions: { type: 'spc_t' } }), 'securityContext'),
  privileged('an SELinux user', pod({ seLinuxOptions: { user: 'root' } }), 'securityContext'),
  free('an SELinux level', pod({ seLinuxOptions: { level: 's0:c1,c2', type: 'container_t' } })),
  free('a UID, a GID and groups', pod({ runAsUser: 1000980000, runAsGroup: 0, fsGroup: 7, supplementalGroups: [1] })),
  free('a profile of the node', runner({ seccompProfile: { type: 'Localhost', localhostProfile: 'a.json' } })),
];
