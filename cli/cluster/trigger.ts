import { ANNOTATION_TRIGGER, triggeredTestName } from '../../api/common/names.ts';
import { getLoadTest } from './cluster-loadtest.ts';
import { getSchedule, SCHEDULES } from './cluster-schedule.ts';
import type { Kubectl } from './kubectl.ts';

const POLL_MS = 1000;
/** How long the operator may take to create a run that waits for no other. */
const MAX_WAIT_MS = 60_000;

/** Requests a run of a schedule; returns the name that its LoadTest gets. The same value again requests none. */
export async function trigger(
  kubectl: Kubectl,
  schedule: string,
  value: string,
): Promise<{ name: string } | { problem: string }> {
  const response = await kubectl(['annotate', '--overwrite', SCHEDULES, schedule, `${ANNOTATION_TRIGGER}=${value}`]);
  return 'problem' in response ? { problem: response.problem } : { name: triggeredTestName(schedule, value) };
}

type Creation = {
  kubectl: Kubectl;
  schedule: string;
  value: string;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** Waits until the LoadTest of a trigger exists, for as long as other runs hold it back; returns why there is none. */
export async function untilCreated({ kubectl, schedule, value, now, sleep }: Creation): Promise<string | undefined> {
  const name = triggeredTestName(schedule, value);
  let sinceMs = now();
  for (;;) {
    const found = await getLoadTest(kubectl, name);
    if ('test' in found) return undefined;
    const seen = await getSchedule(kubectl, schedule);
    if ('problem' in seen && seen.isFinal) return seen.problem;
    const status = 'schedule' in seen ? seen.schedule.status : {};
    if (status.active !== undefined) sinceMs = now();
    const isHandled = status.lastTrigger === value && !('test' in (await getLoadTest(kubectl, name)));
    if (isHandled) return `there is no LoadTest ${name}: its run was skipped, or is deleted; see ${describe(schedule)}`;
    if (now() - sinceMs > MAX_WAIT_MS) return `LoadTest ${name} is not created; see ${describe(schedule)}`;
    await sleep(POLL_MS);
  }
}

function describe(schedule: string): string {
  return `kubectl describe ${SCHEDULES} ${schedule}`;
}
