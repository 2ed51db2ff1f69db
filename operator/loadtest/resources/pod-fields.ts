import type { RunnersTemplate } from '../../../api/loadtest/pod/template.ts';
import type { JobManifest } from '../../kube/types.ts';

export type PodTemplate = JobManifest['spec'] extends infer S
  ? NonNullable<S> extends { template: infer T }
    ? T
    : never
  : never;
export type PodSpec = NonNullable<PodTemplate['spec']>;
export type Container = PodSpec['containers'][number];
type SecurityContext = NonNullable<Container['securityContext']>;
/** A template in the client's types, in which a field is absent and never undefined, as in what the schema has parsed. */
export type PodFields = Pick<RunnersTemplate, 'labels' | 'annotations' | 'resources'> &
  Pick<Container, 'env' | 'envFrom' | 'volumeMounts'> &
  Pick<PodSpec, 'volumes' | 'initContainers' | 'securityContext'> & {
    sidecars?: Container[];
    containerSecurityContext?: SecurityContext;
  };

/** A security context with the defaults of the restricted Pod Security Standard. */
export function restricted(context: SecurityContext = {}): SecurityContext {
  return {
    ...(context.privileged !== true && { allowPrivilegeEscalation: false }),
    ...context,
    capabilities: { drop: ['ALL'], ...context.capabilities },
  };
}
