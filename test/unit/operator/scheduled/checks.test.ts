import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operatorLimitsSchema } from '../../../../api/common/operator-limits.ts';
import { parseLoadTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import { operatorLimits } from '../../../../operator/scheduled/accepted.ts';
import type { Due } from '../../../../operator/scheduled/decision.ts';
import { forbidden, replaced } from '../../../../operator/scheduled/due/concurrency-policy.ts';
import { alreadyCreated, failedCreate } from '../../../../operator/scheduled/due/start-run.ts';
import { handledUntilMs } from '../../../../operator/scheduled/due/starting-deadline-seconds.ts';
import { unlessSuspended } from '../../../../operator/scheduled/due/suspend.ts';
import { runOf } from '../../../../operator/scheduled/runs.ts';
import { type AcceptedSchedule, parseSchedule } from '../../../../operator/scheduled/scheduled-resource.ts';
import { NOW, resource } from '../../../support/operator/operator-fixtures.ts';

const CREATED = new Date(NOW - 3_600_000).toISOString();
const schedule = (spec: object = {}, status: object = {}): AcceptedSchedule =>
  parseSchedule({
    metadata: { name: 'hourly', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: CREATED },
    spec: { schedule: '0 * * * *', loadTestTemplate: { spec: resource().spec }, ...spec },
    status,
  }) as AcceptedSchedule;
const run = (name: string) => {
  const made = resource();
  return parseLoadTest({ ...made, metadata: { ...made.metadata, name, uid: name } });
};

const NAME = 'hourly-1';
const MANIFEST = runOf(schedule(), { name: NAME, annotations: {} });

/** A run that is due now. */
const due = (change: Partial<Due> = {}): Due => ({
  nowMs: NOW,
  dueMs: NOW,
  schedule: schedule(),
  limits: operatorLimitsSchema.parse({}),
  tests: [],
  active: [],
  cause: 'for now',
  notes: [],
  created: { lastTrigger: 'created' },
  skipped: { lastTrigger: 'skipped' },
  manifest: MANIFEST,
  ...change,
});
const FORBID = schedule({ concurrencyPolicy: 'Forbid' });
const REPLACE = schedule({ concurrencyPolicy: 'Replace' });

type Check = (input: Due) => unknown;
const rows: [check: Check, title: string, change: Partial<Due>, expected: unknown][] = [
  [alreadyCreated, 'does not apply to a new run', {}, undefined],
  [
    alreadyCreated,
    'records a run that exists',
    { tests: [run(NAME)] },
    { actions: [], handled: { lastTrigger: 'created' }, events: [] },
  ],
  [operatorLimits, 'does not apply within the limits', {}, undefined],
  [
    operatorLimits,
    'skips a run above a limit',
    { limits: operatorLimitsSchema.parse({ maxRunners: 1 }) },
    {
      actions: [],
      handled: { lastTrigger: 'skipped' },
      events: [
        {
          type: 'Warning',
          reason: 'LimitExceeded',
          note: `${NAME} is not created: spec.loadTestTemplate.spec.runners.replicas: 2 exceeds the limit of 1`,
        },
      ],
    },
  ],
  [forbidden, 'does not apply under Allow', { active: [run('a')] }, undefined],
  [forbidden, 'does not apply without an active run', { schedule: FORBID }, undefined],
  [
    forbidden,
    'holds a run back',
    { schedule: FORBID, active: [run('a')] },
    {
      actions: [],
      events: [
        {
          type: 'Normal',
          reason: 'AlreadyActive',
          note: `${NAME} waits: a has not ended and concurrencyPolicy is Forbid`,
          onceFor: NAME,
        },
      ],
    },
  ],
  [replaced, 'deletes nothing under Allow', { active: [run('a')] }, []],
  [
    replaced,
    'deletes the active runs',
    { schedule: REPLACE, active: [run('a')] },
    [{ type: 'DeleteLoadTest', ref: run('a').metadata, why: `replaced by ${NAME}` }],
  ],
  [failedCreate, 'does not apply without a refusal', {}, undefined],
];

describe('of a due time, the check', () => {
  for (const [check, title, change, expected] of rows)
    it(`${check.name} ${title}`, () => assert.deepEqual(check(due(change)), expected));

  const delays: [lateMs: number, againMs: number][] = [
    [0, 5000],
    [100_000, 25_000],
    [3_600_000, 60_000],
  ];
  for (const [lateMs, againMs] of delays)
    it(`failedCreate retries after ${againMs / 1e3} s when the run is ${lateMs / 1e3} s late`, () =>
      assert.equal(failedCreate(due({ refusal: 'quota', dueMs: NOW - lateMs }))?.againMs, againMs));
});

describe('the times of a schedule', () => {
  const handled: [title: string, spec: object, status: object, untilMs: number][] = [
    ['start at its creation', {}, {}, NOW - 3_600_000],
    ['continue after its last run', {}, { lastScheduleTime: new Date(NOW - 60_000).toISOString() }, NOW - 60_000],
    [
      'continue after its last skipped time',
      {},
      { lastSkippedTime: new Date(NOW - 30_000).toISOString() },
      NOW - 30_000,
    ],
    ['start at the deadline', { startingDeadlineSeconds: 10 }, {}, NOW - 10_001],
  ];
  for (const [title, spec, status, untilMs] of handled)
    it(title, () => assert.equal(handledUntilMs(schedule(spec, status), NOW), untilMs));

  it('start no runs while it is suspended', () => {
    const times = { dueMs: NOW, missed: 1, tooMany: false, nextMs: NOW + 1 };
    assert.deepEqual(unlessSuspended(schedule({ suspend: true }), times), {});
    assert.equal(unlessSuspended(schedule(), times).dueMs, NOW);
  });
});
