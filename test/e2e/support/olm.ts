import { parse } from 'yaml';

type Permission = { serviceAccountName: string; rules: object[] };
type ServiceVersion = {
  spec: {
    install: {
      spec: {
        clusterPermissions: Permission[];
        permissions: Permission[];
        deployments: { name: string; label: Record<string, string>; spec: object }[];
      };
    };
  };
};
const RBAC = 'rbac.authorization.k8s.io/v1';

/**
 * The objects that the Operator Lifecycle Manager makes of a bundle in a namespace, for all namespaces: those of its files, and of its
 * ClusterServiceVersion the ServiceAccounts, their roles, and the Deployments.
 */
export function objectsOfBundle(files: ReadonlyMap<string, string>, namespace: string): object[] {
  const manifests = [...files].filter(([path]) => path.startsWith('manifests/')).map(([, text]) => parse(text));
  const version: ServiceVersion = manifests.find(({ kind }) => kind === 'ClusterServiceVersion');
  const { clusterPermissions, permissions, deployments } = version.spec.install.spec;
  const granted = (kind: 'ClusterRole' | 'Role', { serviceAccountName, rules }: Permission) => {
    const metadata = { name: serviceAccountName, ...(kind === 'Role' && { namespace }) };
    return [
      { apiVersion: RBAC, kind, metadata, rules },
      {
        ...{ apiVersion: RBAC, kind: `${kind}Binding`, metadata },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: serviceAccountName },
        subjects: [{ kind: 'ServiceAccount', name: serviceAccountName, namespace }],
      },
    ];
  };
  const accounts = new Set([...clusterPermissions, ...permissions].map(({ serviceAccountName }) => serviceAccountName));
  const isOfCluster = ({ kind }: { kind: string }) => kind === 'CustomResourceDefinition';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...manifests
      .filter((manifest) => manifest !== version)
      .map((object) => (isOfCluster(object) ? object : { ...object, metadata: { ...object.metadata, namespace } })),
    ...[...accounts].map((name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } })),
    ...clusterPermissions.flatMap((permission) => granted('ClusterRole', permission)),
    ...permissions.flatMap((permission) => granted('Role', permission)),
    ...deployments.map(({ name, label, spec }) => ({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels: label }, spec },
    })),
  ];
}
