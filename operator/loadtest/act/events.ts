import { hostname } from 'node:os';
import { API_VERSION } from '../../../api/common/group.ts';
import { childName, MANAGER } from '../../../api/common/names.ts';
import { shownText } from '../../../api/common/shown/text.ts';
import { microTime } from '../../../api/common/time.ts';
import { type ConditionType, findCondition } from '../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import type { NotificationType } from '../../../api/status/notification-types.ts';
import type { Reasons } from '../../../api/status/reasons.ts';
import { capitalized, verdictIn } from '../../../api/status/verdict.ts';
import type { EventManifest } from '../../kube/api.ts';
import type { ObjectMeta } from '../../kube/types.ts';
import type { Undelivered } from '../../notifications/notifier.ts';

const MAX_NOTE = 1024;

/** `onceFor`: what it is reported once for, such as a run that waits. Otherwise, each version of the object may report it. */
export type Occurrence = { type: 'Normal' | 'Warning'; reason: string; note: string; onceFor?: string };

/**
 * The events of a change from one status to the next: turning points, and problems that need attention. The end of a test is one event, whose note
 * says why a test that never ran did not.
 */
export function occurrences(before: LoadTestStatus, after: LoadTestStatus): Occurrence[] {
  const changed = (type: ConditionType) => {
    const [was, is] = [findCondition(before.conditions, type), findCondition(after.conditions, type)];
    return is !== undefined && (was?.status !== is.status || was.reason !== is.reason) ? is : undefined;
  };
  const complete = changed('Complete');
  if (complete?.status === 'True') {
    const passed = findCondition(after.conditions, 'Passed');
    const type = passed?.status === 'True' ? 'Normal' : 'Warning';
    return [{ type, reason: capitalized(verdictIn(passed)), note: passed?.message ?? complete.message }];
  }
  const [ready, running] = [changed('Ready'), changed('Running')];
  const found: Occurrence[] = [];
  if (ready?.status === 'False' && !EXPECTED.has(ready.reason))
    found.push({ type: 'Warning', reason: ready.reason, note: ready.message });
  if (running?.status === 'True') found.push({ type: 'Normal', reason: running.reason, note: running.message });
  return found;
}

/** The event of a notification that did not reach some webhooks. */
export function undeliveredOccurrence(type: NotificationType, undelivered: readonly Undelivered[]): Occurrence {
  const reasons = undelivered.map(({ webhook, reason }) => `${webhook}: ${reason}`).join('; ');
  return {
    type: 'Warning',
    reason: `${type}NotDelivered`,
    note: `no notification of ${type} reached these webhooks: ${reasons}`,
  };
}

/** Reasons of the Ready condition that are no problem by themselves. */
const EXPECTED: ReadonlySet<string> = new Set<Reasons['Ready']>([
  'WaitingForBaseline',
  'WaitingForTarget',
  'WaitingForSlot',
  'WaitingForAdmission',
  'WaitingForLease',
  'WaitingForRunners',
  'Suspended',
]);

/** An Event about an object. Its name follows from the change, or from what it is reported once for, so that a repeated request creates it once. */
export function eventManifest(kind: string, object: ObjectMeta, occurrence: Occurrence, nowMs: number): EventManifest {
  const { namespace, name, uid, resourceVersion } = object;
  const { reason, note, type, onceFor = resourceVersion } = occurrence;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, name: childName(name, [uid, reason, onceFor].join('/')) },
    type,
    reason,
    note: shownText(note).slice(0, MAX_NOTE),
    action: 'Reconcile',
    regarding: { apiVersion: API_VERSION, kind, namespace, name, uid },
    reportingController: `loadtest.dev/${MANAGER}`,
    reportingInstance: hostname().slice(0, 128),
    eventTime: microTime(nowMs),
  };
}
