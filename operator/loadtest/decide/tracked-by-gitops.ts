import type { ObjectMeta } from '../../kube/types.ts';

/** What GitOps tools write on the objects that they keep in a cluster: they create a deleted one again. */
const TRACKERS = [
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/instance',
  'kustomize.toolkit.fluxcd.io/name',
  'helm.toolkit.fluxcd.io/name',
];
/** A hook of Argo CD runs once for each synchronisation, and may go. */
const HOOK = 'argocd.argoproj.io/hook';

/**
 * Whether a GitOps tool would create a LoadTest again once it is deleted, and so run its load again and again. The time to live is no use
 * then.
 */
export function isTrackedByGitOps({
  labels = {},
  annotations = {},
}: Pick<ObjectMeta, 'labels' | 'annotations'>): boolean {
  if (annotations[HOOK] !== undefined) return false;
  return TRACKERS.some((key) => labels[key] !== undefined || annotations[key] !== undefined);
}
