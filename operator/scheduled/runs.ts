import { API_VERSION, LOAD_TEST, SCHEDULED_LOAD_TEST } from '../../api/common/group.ts';
import { ANNOTATION_SCHEDULED_AT, scheduledTestName } from '../../api/common/names.ts';
import { metaTime } from '../../api/common/time.ts';
import type { ScheduledLoadTestStatus } from '../../api/scheduled/scheduled-loadtest.ts';
import { findCondition, isTrue } from '../../api/status/conditions.ts';
import { controlledBy } from '../kube/owner.ts';
import type { ObjectMeta, OwnerReference } from '../kube/types.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import { type AcceptedSchedule, scheduleLabel } from './scheduled-resource.ts';

type History = NonNullable<ScheduledLoadTestStatus['history']>;

/** The most ended runs in the history, whether their LoadTests still exist or not. */
const HISTORY = 20;

/** A LoadTest to create. */
export type LoadTestManifest = {
  apiVersion: string;
  kind: string;
  metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'labels' | 'annotations'> & { ownerReferences: OwnerReference[] };
  spec: unknown;
};

/** The LoadTest of one time of a schedule. */
export function runOf({ metadata, spec }: AcceptedSchedule, scheduledMs: number): LoadTestManifest {
  const { name, namespace, uid } = metadata;
  const { metadata: template = {}, spec: testSpec } = spec.loadTestTemplate;
  return {
    apiVersion: API_VERSION,
    kind: LOAD_TEST.kind,
    metadata: {
      name: scheduledTestName(name, scheduledMs),
      namespace,
      labels: { ...template.labels, ...scheduleLabel(metadata) },
      annotations: { ...template.annotations, [ANNOTATION_SCHEDULED_AT]: metaTime(scheduledMs) },
      ownerReferences: controlledBy(SCHEDULED_LOAD_TEST.kind, { name, uid }),
    },
    spec: testSpec,
  };
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

/** The result of a run that its successor replaces before its end. */
export function replacedRun({ name }: ObjectMeta, nowMs: number): History[number] {
  return { name, passed: 'Unknown', reason: 'Replaced', completionTime: metaTime(nowMs) };
}

/** The result of a run that has ended. */
export function resultOf({ metadata, status }: LoadTestResource): History[number] {
  const passed = findCondition(status.conditions, 'Passed');
  return {
    name: metadata.name,
    passed: passed?.status ?? 'Unknown',
    ...(passed !== undefined && { reason: passed.reason }),
    ...(status.completionTime !== undefined && { completionTime: status.completionTime }),
    ...(status.rate !== undefined && { rate: status.rate.achieved }),
    ...(status.responseTime !== undefined && { p99: status.responseTime.p99 }),
  };
}

/** These results together with the `known` ones of earlier runs, newest first. */
export function historyOf(results: History, known: History = []): History {
  const names = new Set(results.map((run) => run.name));
  return [...results, ...known.filter((run) => !names.has(run.name))]
    .toSorted((a, b) => (b.completionTime ?? '').localeCompare(a.completionTime ?? ''))
    .slice(0, HISTORY);
}
