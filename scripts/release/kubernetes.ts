import { parseAllDocuments, stringify } from 'yaml';

/** An object of Kubernetes as far as this folder reads it. */
export type KubernetesObject = {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
};

export function parseObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as KubernetesObject | null) ?? []);
}

export function formatObjects(objects: readonly object[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

const HELM = 'helm.sh/';
const withoutHelm = (texts: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(texts).filter(([key]) => !key.startsWith(HELM)));

/**
 * The objects of a rendered chart for a tool that is not Helm: without hooks such as tests, without Helm's labels and annotations, and with
 * `manager` as what manages them.
 */
export function withoutHelmsMarks(objects: readonly KubernetesObject[], manager: string): KubernetesObject[] {
  return objects
    .filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined)
    .map((object) => {
      const { annotations: _, ...rest } = object.metadata;
      const annotations = withoutHelm(object.metadata.annotations);
      const labels = { ...withoutHelm(object.metadata.labels), 'app.kubernetes.io/managed-by': manager };
      const metadata = { ...rest, labels, ...(Object.keys(annotations).length > 0 && { annotations }) };
      return withPodLabels({ ...object, metadata });
    });
}

/** The pod template of a Deployment has the same labels. */
function withPodLabels(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Deployment') return object;
  const deployment = structuredClone(object) as KubernetesObject & {
    spec: { template: { metadata: { labels: Record<string, string> } } };
  };
  const { metadata } = deployment.spec.template;
  metadata.labels = withoutHelm(metadata.labels);
  delete metadata.labels['app.kubernetes.io/managed-by'];
  return deployment;
}
