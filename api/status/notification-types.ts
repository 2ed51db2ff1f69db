/** What a webhook can be notified of: the end of a test, a result worse than its baseline, and the first loss of runners. */
export const NOTIFICATION_TYPES = ['Completed', 'Regressed', 'RunnersLost'] as const;
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];
