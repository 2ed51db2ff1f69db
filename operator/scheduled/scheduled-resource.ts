import { GROUP, SCHEDULED_LOAD_TEST } from '../../api/common/group.ts';
import { LABEL_SCHEDULE } from '../../api/common/names.ts';
import { problemsOf } from '../../api/common/problems.ts';
import {
  type ScheduledLoadTestSpec,
  type ScheduledLoadTestStatus,
  scheduledLoadTestSpecSchema,
} from '../../api/scheduled/scheduled-loadtest.ts';
import { isControlledBy } from '../kube/owner.ts';
import type { KubeObject, ObjectMeta, Resource } from '../kube/types.ts';
import { keyOf } from '../loadtest/resources/loadtest-resource.ts';

/** A ScheduledLoadTest as the controller sees it: with a spec that has passed the schema, or with the problem of one that has not. */
export type Schedule = {
  metadata: ObjectMeta;
  status: ScheduledLoadTestStatus;
} & ({ spec: ScheduledLoadTestSpec; problem?: undefined } | { spec?: undefined; problem: string });

/** A schedule whose spec has passed the schema. */
export type AcceptedSchedule = Extract<Schedule, { problem?: undefined }>;

/** Reads a ScheduledLoadTest. The API server has checked it against the same rules, but perhaps against an older version of them. */
export function parseSchedule({ metadata, spec, status }: Resource): Schedule {
  const known = { metadata, status: (status ?? {}) as ScheduledLoadTestStatus };
  const { data, error } = scheduledLoadTestSpecSchema.safeParse(spec);
  if (error === undefined) return { ...known, spec: data };
  return {
    ...known,
    problem: problemsOf(error)
      .map(({ path, message }) => `spec.${path}: ${message}`)
      .join('; '),
  };
}

/** The key of the ScheduledLoadTest that created a LoadTest: by its owner, as anyone may set the label. */
export function keyOfMaker({ metadata }: KubeObject): string | undefined {
  const maker = metadata.ownerReferences?.find(
    ({ kind, apiVersion, controller }) =>
      controller === true && kind === SCHEDULED_LOAD_TEST.kind && apiVersion.startsWith(`${GROUP}/`),
  );
  return maker === undefined ? undefined : keyOf({ namespace: metadata.namespace, name: maker.name });
}

/** Whether this schedule created the LoadTest, and not an earlier one of the same name. */
export function isMadeBy(test: KubeObject, schedule: ObjectMeta): boolean {
  return isControlledBy(test, schedule.uid);
}

/** The label by which `kubectl get lt -l` finds the runs of a schedule. */
export const scheduleLabel = ({ name }: ObjectMeta) => ({ [LABEL_SCHEDULE]: name });
