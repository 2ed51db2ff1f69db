import type { OperatorLimits } from '../../api/common/operator-limits.ts';
import type { ContainerSecurityContext, PodSecurityContext } from '../../api/loadtest/pod/security-context.ts';
import type { RunnersTemplate } from '../../api/loadtest/pod/template.ts';

/** The SELinux types of the restricted Pod Security Standard. */
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];
/** Annotations of older Kubernetes versions that say which AppArmor profile a container has. */
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/**
 * The fields of a template with which its author would get more from the operator, which creates the pods, than the restricted Pod Security
 * Standard gives: "runners.template.hostNetwork: ...". The operator's limits say which of them are allowed.
 */
export function podFields(template: RunnersTemplate = {}, limits: OperatorLimits): string[] {
  const { volumes = [], initContainers, sidecars } = template;
  const volumeProblems = (['hostPath', 'csi'] as const).flatMap((source) =>
    volumes.some((volume) => volume[source] !== undefined) ? [denied(limits, source, `volumes: ${source}`)] : [],
  );
  const containers = Object.entries({ initContainers, sidecars }).flatMap(([field, list = []]) =>
    limits.allowContainers || list.length === 0 ? [] : `${field}: are not allowed by the operator`,
  );
  return [
    ...(template.hostNetwork === true ? [denied(limits, 'hostNetwork', 'hostNetwork')] : []),
    ...(template.serviceAccountName === undefined ? [] : [denied(limits, 'serviceAccountName', 'serviceAccountName')]),
    ...volumeProblems,
    ...containers,
    ...privileged(template).map((field) => denied(limits, 'privileged', field)),
  ].flatMap((problem) => (problem === undefined ? [] : `runners.template.${problem}`));
}

function denied(
  { allowPodFields }: OperatorLimits,
  name: OperatorLimits['allowPodFields'][number],
  field: string,
): string | undefined {
  if (allowPodFields.includes(name)) return undefined;
  return `${field}: is not allowed by the operator (limits.allowPodFields lacks ${name})`;
}

/** The fields of a template that the restricted Pod Security Standard forbids. */
function privileged(template: RunnersTemplate): string[] {
  const { annotations = {}, securityContext, containerSecurityContext, initContainers = [], sidecars = [] } = template;
  const contexts: (readonly [field: string, context: PodSecurityContext | ContainerSecurityContext | undefined])[] = [
    ['securityContext', securityContext],
    ['containerSecurityContext', containerSecurityContext],
    ...initContainers.map((c, i) => [`initContainers[${i}].securityContext`, c.securityContext] as const),
    ...sidecars.map((c, i) => [`sidecars[${i}].securityContext`, c.securityContext] as const),
  ];
  const unconfined = Object.entries(annotations).some(
    ([key, value]) => key.startsWith(APP_ARMOR) && value === 'unconfined',
  );
  return [
    ...(unconfined ? ['annotations'] : []),
    ...contexts.flatMap(([field, context = {}]) =>
      [...rights(context), ...escapes(context)].map((name) => `${field}.${name}`),
    ),
  ];
}

function rights(context: ContainerSecurityContext): string[] {
  const { capabilities: { add = [], drop = ['ALL'] } = {} } = context;
  return [
    ...(context.privileged === true ? ['privileged'] : []),
    ...(context.allowPrivilegeEscalation === true ? ['allowPrivilegeEscalation'] : []),
    ...(add.every((name) => name === 'NET_BIND_SERVICE') && drop.includes('ALL') ? [] : ['capabilities']),
    ...(context.runAsUser === 0 ? ['runAsUser'] : []),
    ...(context.runAsNonRoot === false ? ['runAsNonRoot'] : []),
  ];
}

function escapes({ seccompProfile, appArmorProfile, seLinuxOptions = {} }: PodSecurityContext): string[] {
  const { type = '', user = '', role = '' } = seLinuxOptions;
  return [
    ...(seccompProfile?.type === 'Unconfined' ? ['seccompProfile'] : []),
    ...(appArmorProfile?.type === 'Unconfined' ? ['appArmorProfile'] : []),
    ...(SELINUX_TYPES.includes(type) && user === '' && role === '' ? [] : ['seLinuxOptions']),
  ];
}
