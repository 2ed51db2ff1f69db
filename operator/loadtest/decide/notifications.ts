import { isTrue } from '../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { NOTIFICATION_TYPES, type NotificationType } from '../../../api/status/notification-types.ts';
import type { Observed } from '../observe/observed.ts';
import type { Decision } from './decision.ts';

/** What a change from one status to the next notifies of. */
const OCCURS: Record<NotificationType, (before: LoadTestStatus, next: LoadTestStatus) => boolean> = {
  Completed: isNowComplete,
  Regressed: (before, next) => isNowComplete(before, next) && next.comparison?.result === 'Regressed',
  RunnersLost: (before, next) => (before.runners?.lost ?? 0) === 0 && (next.runners?.lost ?? 0) > 0,
};

/**
 * Adds the notifications to a decision. The status persists what is pending before anything is sent, and until it is delivered or given up: so
 * a restarted operator sends it again, under the same id. A test with pending notifications is not deleted by its TTL.
 */
export function withNotifications(
  {
    test,
    wantedNotifications,
    settledNotifications,
  }: Pick<Observed, 'test' | 'wantedNotifications' | 'settledNotifications'>,
  decision: Decision,
): Decision {
  if (test.metadata.deletionTimestamp !== undefined) return decision;
  const next = decision.status ?? test.status;
  const persisted = test.status.pendingNotifications ?? [];
  const open = persisted.filter((type) => wantedNotifications.has(type) && !settledNotifications.has(type));
  const due = NOTIFICATION_TYPES.filter(
    (type) => wantedNotifications.has(type) && !open.includes(type) && OCCURS[type](test.status, next),
  );
  const pending = [...open, ...due];
  const actions = [
    ...decision.actions.filter(({ type }) => type !== 'DeleteTest' || pending.length === 0),
    ...open.map((notification) => ({ type: 'Notify' as const, notification })),
  ];
  const isChanged = due.length > 0 || open.length < persisted.length;
  if (decision.status === undefined && !isChanged) return { ...decision, actions };
  const { pendingNotifications: _, ...rest } = next;
  return { ...decision, actions, status: pending.length === 0 ? rest : { ...rest, pendingNotifications: pending } };
}

function isNowComplete(before: LoadTestStatus, next: LoadTestStatus): boolean {
  return !isTrue(before.conditions, 'Complete') && isTrue(next.conditions, 'Complete');
}
