import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadTestStatus } from '../../../../../api/status/loadtest-status.ts';
import type { NotificationType } from '../../../../../api/status/notification-types.ts';
import type { Decision } from '../../../../../operator/loadtest/decide/decision.ts';
import { withNotifications } from '../../../../../operator/loadtest/decide/notifications.ts';
import { at, loadTest } from '../../../../support/operator/operator-fixtures.ts';

const complete = (status: 'True' | 'False'): LoadTestStatus => ({
  conditions: [{ type: 'Complete', status, reason: 'Finished', message: '', lastTransitionTime: at(0) }],
});
const RUNNING = complete('False');
const ENDED = complete('True');
const lost = (count: number): LoadTestStatus => ({
  ...RUNNING,
  runners: { desired: 2, ready: 2, succeeded: 0, lost: count },
});
const regressed: LoadTestStatus = {
  ...ENDED,
  comparison: { baseline: 'a', maxRegression: '10%', result: 'Regressed', message: '', metrics: [] },
};
const pending = (status: LoadTestStatus, ...types: NotificationType[]) => ({ ...status, pendingNotifications: types });

type Row = {
  is: LoadTestStatus;
  next?: LoadTestStatus;
  actions?: Decision['actions'];
  wanted?: NotificationType[];
  settled?: NotificationType[];
  /** What is pending in the status that is written; undefined: none is written. */
  pending: NotificationType[] | undefined;
  notifies?: NotificationType[];
  deletes?: boolean;
};

const ROWS: [string, Row][] = [
  ['the end of a test becomes pending with its result', { is: RUNNING, next: ENDED, pending: ['Completed'] }],
  ['a regression becomes pending beside it', { is: RUNNING, next: regressed, pending: ['Completed', 'Regressed'] }],
  [
    'only what a webhook wants becomes pending',
    { is: RUNNING, next: regressed, wanted: ['Regressed'], pending: ['Regressed'] },
  ],
  ['nothing becomes pending without webhooks', { is: RUNNING, next: ENDED, wanted: [], pending: [] }],
  ['the first lost runner becomes pending', { is: lost(0), next: lost(1), pending: ['RunnersLost'] }],
  ['a further one does not', { is: lost(1), next: lost(2), pending: [] }],
  [
    'what is persisted as pending is sent',
    { is: pending(ENDED, 'Completed'), pending: undefined, notifies: ['Completed'] },
  ],
  [
    'what is delivered is pending no longer',
    {
      is: pending(ENDED, 'Completed', 'Regressed'),
      settled: ['Completed'],
      pending: ['Regressed'],
      notifies: ['Regressed'],
    },
  ],
  ['the last one leaves nothing', { is: pending(ENDED, 'Completed'), settled: ['Completed'], pending: [] }],
  ['what no webhook wants any more is dropped', { is: pending(ENDED, 'Completed'), wanted: [], pending: [] }],
  [
    'an earlier one stays pending at the end',
    {
      is: pending(lost(1), 'RunnersLost'),
      next: ENDED,
      pending: ['RunnersLost', 'Completed'],
      notifies: ['RunnersLost'],
    },
  ],
  [
    'a test is not deleted while one is pending',
    { is: pending(ENDED, 'Completed'), actions: [{ type: 'DeleteTest' }], pending: undefined, notifies: ['Completed'] },
  ],
  [
    'and is deleted afterwards',
    {
      is: pending(ENDED, 'Completed'),
      actions: [{ type: 'DeleteTest' }],
      settled: ['Completed'],
      pending: [],
      deletes: true,
    },
  ],
];

describe('notifications', () => {
  for (const [name, row] of ROWS)
    it(name, () => {
      const { wanted = ['Completed', 'Regressed', 'RunnersLost'], settled = [], next, actions = [] } = row;
      const observed = {
        test: loadTest({}, row.is),
        wantedNotifications: new Set(wanted),
        settledNotifications: new Set(settled),
      };
      const decision = withNotifications(observed, { actions, ...(next && { status: next }) });
      assert.deepEqual(decision.status && (decision.status.pendingNotifications ?? []), row.pending);
      assert.deepEqual(
        decision.actions.flatMap((action) => (action.type === 'Notify' ? [action.notification] : [])),
        row.notifies ?? [],
      );
      assert.equal(
        decision.actions.some(({ type }) => type === 'DeleteTest'),
        row.deletes ?? false,
      );
    });
});
