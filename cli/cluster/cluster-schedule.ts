import * as z from 'zod';
import { GROUP, SCHEDULED_LOAD_TEST } from '../../api/common/group.ts';
import { parseExactJson } from '../../api/common/notation/exact-json.ts';
import { type ScheduledLoadTestStatus, scheduledLoadTestStatusSchema } from '../../api/scheduled/scheduled-loadtest.ts';
import type { Kubectl } from './kubectl.ts';

/** ScheduledLoadTests by their full name, because another API group may have a kind of the same name. */
export const SCHEDULES = `${SCHEDULED_LOAD_TEST.plural}.${GROUP}`;

const objectSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
  spec: z.looseObject({ schedule: z.string(), timeZone: z.string() }),
  status: scheduledLoadTestStatusSchema.optional(),
});

/** A ScheduledLoadTest in a cluster. */
export type ClusterSchedule = {
  metadata: { name: string; namespace: string };
  spec: { schedule: string; timeZone: string };
  status: ScheduledLoadTestStatus;
};

/** Gets the ScheduledLoadTest called `name`. */
export async function getSchedule(
  kubectl: Kubectl,
  name: string,
): Promise<{ schedule: ClusterSchedule } | { problem: string; isFinal: boolean }> {
  const response = await kubectl(['get', SCHEDULES, name, '-o', 'json']);
  if ('problem' in response) return response;
  const parsed = objectSchema.safeParse(parseExactJson(response.out));
  if (!parsed.success) {
    const why = z.prettifyError(parsed.error);
    return { problem: `ScheduledLoadTest ${name} is of another version: ${why}`, isFinal: true };
  }
  const { metadata, spec, status = {} } = parsed.data;
  const { schedule, timeZone } = spec;
  return { schedule: { metadata: { name, namespace: metadata.namespace }, spec: { schedule, timeZone }, status } };
}
