import { API_VERSION, LOAD_TEST, SCHEDULED_LOAD_TEST } from '../../api/common/group.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { isTrue } from '../../api/status/conditions.ts';
import { controlledBy } from '../kube/owner.ts';
import type { ObjectMeta, OwnerReference } from '../kube/types.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import { type AcceptedSchedule, scheduleLabel } from './scheduled-resource.ts';

/** A LoadTest to create. */
export type LoadTestManifest = {
  apiVersion: string;
  kind: string;
  metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'labels' | 'annotations'> & { ownerReferences: OwnerReference[] };
  spec: LoadTestSpec;
};

/** A LoadTest of a schedule. Where the template compares with a previous run, `baseline` is its name, if there is one. */
export function runOf(
  { metadata, spec }: AcceptedSchedule,
  { name, annotations }: { name: string; annotations: Record<string, string> },
  baseline?: string,
): LoadTestManifest {
  const { namespace, uid } = metadata;
  const { metadata: template = {}, spec: testSpec } = spec.loadTestTemplate;
  return {
    apiVersion: API_VERSION,
    kind: LOAD_TEST.kind,
    metadata: {
      name,
      namespace,
      labels: { ...template.labels, ...scheduleLabel(metadata) },
      annotations: { ...template.annotations, ...annotations },
      ownerReferences: controlledBy(SCHEDULED_LOAD_TEST.kind, { name: metadata.name, uid }),
    },
    spec: withBaseline(testSpec, baseline),
  };
}

function withBaseline({ compareWith, ...spec }: LoadTestSpec, baseline: string | undefined): LoadTestSpec {
  if (compareWith === undefined) return spec;
  const { name, ...wanted } = compareWith;
  const resolved = wanted.previous === undefined ? name : baseline;
  return { ...spec, compareWith: { ...wanted, ...(resolved !== undefined && { name: resolved }) } };
}

/** A LoadTest with the release of its target, where that is known. */
export function withRelease(manifest: LoadTestManifest, release: string | undefined): LoadTestManifest {
  return release === undefined ? manifest : { ...manifest, spec: { ...manifest.spec, release } };
}

export function hasEnded({ status }: LoadTestResource): boolean {
  return isTrue(status.conditions, 'Complete');
}

export function hasPassed({ status }: LoadTestResource): boolean {
  return isTrue(status.conditions, 'Passed');
}

/** `tests` with the newest first, by their end, or by their creation before that. */
export function newestFirst(tests: readonly LoadTestResource[]): LoadTestResource[] {
  return tests.toSorted(
    (a, b) => ageMark(b).localeCompare(ageMark(a)) || b.metadata.name.localeCompare(a.metadata.name),
  );
}

function ageMark({ metadata, status }: LoadTestResource): string {
  return status.completionTime ?? metadata.creationTimestamp;
}
