/** The fields of Kubernetes' objects that the operator reads, as in JSON: times are text. */

export type { V1Job as JobManifest } from '@kubernetes/client-node';

export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
};

export type ObjectMeta = {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
};

export type KubeObject = { metadata: ObjectMeta };

export type StatusCondition = { type: string; status: string; reason?: string; message?: string };

export type Job = KubeObject & {
  spec: { suspend?: boolean; completions?: number };
  status?: { active?: number; failedIndexes?: string; startTime?: string; conditions?: StatusCondition[] };
};

export type ContainerState = {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: { exitCode: number; reason?: string; message?: string };
};

export type ContainerStatus = { name: string; imageID?: string; ready?: boolean; state?: ContainerState };

export type Pod = KubeObject & {
  spec?: { nodeName?: string };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: StatusCondition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
};

/** A custom resource as read; its user validates it. */
export type Resource = KubeObject & { spec?: unknown; status?: unknown };
