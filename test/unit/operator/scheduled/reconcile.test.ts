import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { API_VERSION, SCHEDULED_LOAD_TEST } from '../../../../api/common/group.ts';
import { operatorLimitsSchema } from '../../../../api/common/operator-limits.ts';
import { loadTestSchema } from '../../../../api/loadtest/loadtest.ts';
import type { ScheduledLoadTestStatus } from '../../../../api/scheduled/scheduled-loadtest.ts';
import type { Condition } from '../../../../api/status/conditions.ts';
import type { Resource } from '../../../../operator/kube/types.ts';
import { type LoadTestResource, parseLoadTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import type { Decision } from '../../../../operator/scheduled/decision.ts';
import { timesOf } from '../../../../operator/scheduled/due/times.ts';
import { reconcileScheduled } from '../../../../operator/scheduled/reconcile.ts';
import { isMadeBy, keyOfMaker, parseSchedule } from '../../../../operator/scheduled/scheduled-resource.ts';

const UID = '3f1c7a52-9f43-4d27-8c3e-6f1d6b1f7a10';
/** A clock time on the day of the tests, a Sunday, in UTC. */
const day = (clock: string) => `2026-03-01T${clock}Z`;
const minutes = (clock: string) => Date.parse(day(clock)) / 60_000;

const SPEC = {
  schedule: '0 * * * *',
  loadTestTemplate: {
    metadata: { labels: { team: 'shop' }, annotations: { why: 'nightly' } },
    spec: { target: { url: 'http://a' }, load: { type: 'Closed', closed: { users: 1, iterations: 1 } } },
  },
};

const resource = (spec: object, status: ScheduledLoadTestStatus): Resource => ({
  metadata: { name: 'hourly', namespace: 'shop', uid: UID, resourceVersion: '7', creationTimestamp: day('08:30:00') },
  spec: { ...SPEC, ...spec },
  status,
});

/** A run that the schedule created at `clock`, with its verdict if it has ended. */
function run(
  clock: string,
  passed?: Condition['status'],
  change: Partial<Resource['metadata']> = {},
): LoadTestResource {
  const name = `hourly-${minutes(clock)}`;
  const condition = (type: string, status: Condition['status']): Condition => ({
    type,
    status,
    reason: 'R',
    message: '',
    lastTransitionTime: day(clock),
  });
  const ended = { conditions: [condition('Complete', 'True'), condition('Passed', passed ?? 'Unknown')] };
  const completionTime = new Date(Date.parse(day(clock)) + 300_000).toISOString();
  return parseLoadTest({
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${minutes(clock)}`,
      resourceVersion: '1',
      creationTimestamp: day(clock),
      ownerReferences: [
        { apiVersion: API_VERSION, kind: SCHEDULED_LOAD_TEST.kind, name: 'hourly', uid: UID, controller: true },
      ],
      ...change,
    },
    spec: SPEC.loadTestTemplate.spec,
    status:
      passed === undefined
        ? { conditions: [condition('Complete', 'False')] }
        : { ...ended, completionTime, rate: { target: '5', achieved: `${clock.slice(0, 2)}.5` } },
  });
}

const LIMITS = operatorLimitsSchema.parse({});

function decide(
  now: string,
  spec: object = {},
  status: ScheduledLoadTestStatus = {},
  tests: LoadTestResource[] = [],
  limits = LIMITS,
): Decision {
  const schedule = parseSchedule(resource(spec, status));
  return reconcileScheduled({ nowMs: Date.parse(day(now)), schedule, limits, tests });
}

/** The actions of a decision as verb and clock time, and the reasons of its events. */
function done({ actions, cleanup, events }: Decision): string[] {
  const clock = (name: string) => new Date(Number(name.split('-')[1]) * 60_000).toISOString().slice(11, 16);
  return [
    ...[...actions, ...cleanup].map((a) =>
      a.type === 'CreateLoadTest' ? `create ${clock(a.manifest.metadata.name)}` : `delete ${clock(a.ref.name)}`,
    ),
    ...events.map(({ reason }) => `event ${reason}`),
  ];
}

/** The persisted status of an accepted schedule. */
const ACCEPTED: ScheduledLoadTestStatus = {
  observedGeneration: 0,
  conditions: [
    {
      ...{ type: 'Accepted', status: 'True', reason: 'Accepted', message: '', observedGeneration: 0 },
      lastTransitionTime: day('08:30:00'),
    },
  ],
};
const since = (clock: string): ScheduledLoadTestStatus => ({
  ...ACCEPTED,
  lastScheduleTime: day(clock),
  nextScheduleTime: new Date(Date.parse(day(clock)) + 3600e3).toISOString().replace('.000', ''),
});
const CREATED = (clock: string) => [`create ${clock}`, 'event Created'];
const FORBID = { concurrencyPolicy: 'Forbid' };
const REPLACE = { concurrencyPolicy: 'Replace' };
const MISSED = ['event MissSchedule'];
const deadline = (seconds: number) => ({ startingDeadlineSeconds: seconds });

it('names the latest time that was missed, and remembers it', () => {
  const { events, status } = decide('12:01:01', deadline(60), since('09:00:00'));
  assert.deepEqual(
    events.map(({ note }) => note),
    ['2026-03-01T12:00:00Z was skipped, as were earlier times: no run could start within startingDeadlineSeconds (60)'],
  );
  assert.equal(status?.lastSkippedTime, day('12:00:00'));
});

describe('an hourly ScheduledLoadTest, created at 08:30', () => {
  const rows: [sentence: string, decision: Decision, expected: string[]][] = [
    ['waits before its first time', decide('08:59:59'), []],
    ['creates a run at its first time, to the second', decide('09:00:00'), CREATED('09:00')],
    ['creates no run for times before its own creation', decide('08:45:00', { schedule: '15 * * * *' }), []],
    ['creates only one run for each time', decide('09:59:59', {}, since('09:00:00')), []],
    ['creates the next run at the next time', decide('10:00:00', {}, since('09:00:00')), CREATED('10:00')],
    ['creates a run for a missed time', decide('10:20:00', {}, since('09:00:00')), CREATED('10:00')],
    [
      'creates one run for several missed times, for the latest',
      decide('13:05:00', {}, since('09:00:00')),
      CREATED('13:00'),
    ],
    ['creates no run while it is suspended', decide('10:00:00', { suspend: true }, since('09:00:00')), []],
    [
      'creates a run for the latest missed time when it is resumed',
      decide('13:05:00', { suspend: false }, since('09:00:00')),
      CREATED('13:00'),
    ],
    ['creates no run after the deadline, and says so', decide('10:01:01', deadline(60), since('09:00:00')), MISSED],
    [
      'reports a missed time once',
      decide('10:02:00', deadline(60), { ...since('09:00:00'), lastSkippedTime: day('10:00:00') }),
      [],
    ],
    ['reports no missed time while it is suspended', decide('10:01:01', { ...deadline(60), suspend: true }), []],
    ['creates a run until the deadline', decide('10:01:00', deadline(60), since('09:00:00')), CREATED('10:00')],
    ['creates no late run with a deadline of 0', decide('10:00:01', deadline(0), since('09:00:00')), MISSED],
    [
      'creates a punctual run with a deadline of 0',
      decide('10:00:00', deadline(0), since('09:00:00')),
      CREATED('10:00'),
    ],
    [
      'sends an event when it has missed more than 100 times',
      decide('12:00:30', { schedule: '* * * * *' }, since('09:00:00')),
      [...CREATED('12:00'), 'event TooManyMissedTimes'],
    ],
    [
      'counts missed times only within the deadline',
      decide('12:00:30', { schedule: '* * * * *', ...deadline(600) }, since('09:00:00')),
      CREATED('12:00'),
    ],
    [
      'creates concurrent runs under Allow',
      decide('10:00:00', {}, since('09:00:00'), [run('09:00:00')]),
      CREATED('10:00'),
    ],
    [
      'waits for the active run under Forbid',
      decide('10:00:00', FORBID, since('09:00:00'), [run('09:00:00')]),
      ['event AlreadyActive'],
    ],
    [
      'starts the run that waited under Forbid once the active one has ended',
      decide('10:06:00', FORBID, since('09:00:00'), [run('09:00:00', 'True')]),
      CREATED('10:00'),
    ],
    [
      'skips the run that waited under Forbid after the deadline, and says so',
      decide('10:06:00', { ...FORBID, ...deadline(60) }, since('09:00:00'), [run('09:00:00', 'True')]),
      MISSED,
    ],
    [
      'deletes the active run under Replace',
      decide('10:00:00', REPLACE, since('09:00:00'), [run('09:00:00')]),
      ['delete 09:00', 'create 10:00', 'event Replaced', 'event Created'],
    ],
    [
      'does not delete ended runs under Replace',
      decide('10:00:00', REPLACE, since('09:00:00'), [run('09:00:00', 'True')]),
      CREATED('10:00'),
    ],
    [
      'does not create a run that exists but is not in its status yet',
      decide('10:00:00', {}, since('09:00:00'), [run('10:00:00')]),
      [],
    ],
    ['does not replace a run by itself', decide('10:00:00', REPLACE, since('09:00:00'), [run('10:00:00')]), []],
    [
      'keeps three runs that passed and one that failed',
      decide('15:30:00', {}, since('15:00:00'), [
        run('09:00:00', 'True'),
        run('10:00:00', 'False'),
        run('11:00:00', 'True'),
        run('12:00:00', 'True'),
        run('13:00:00', 'Unknown'),
        run('14:00:00', 'True'),
        run('15:00:00'),
      ]),
      ['delete 09:00', 'delete 10:00'],
    ],
    [
      'keeps no ended run with limits of 0',
      decide('11:30:00', { successfulLoadTestsHistoryLimit: 0, failedLoadTestsHistoryLimit: 0 }, since('11:00:00'), [
        run('09:00:00', 'True'),
        run('10:00:00', 'False'),
        run('11:00:00'),
      ]),
      ['delete 10:00', 'delete 09:00'].toSorted(),
    ],
    [
      'does not delete a run that is being deleted',
      decide('11:30:00', { failedLoadTestsHistoryLimit: 0 }, since('11:00:00'), [
        run('09:00:00', 'False', { deletionTimestamp: day('11:00:00') }),
      ]),
      [],
    ],
    [
      'sends an event when an active run has ended',
      decide('09:30:00', {}, { ...since('09:00:00'), active: [{ name: 'x', uid: `uid-${minutes('09:00:00')}` }] }, [
        run('09:00:00', 'False'),
      ]),
      ['event Ended'],
    ],
    ['creates no run with an invalid spec', decide('10:00:00', { schedule: 'every hour' }), ['event Invalid']],
  ];
  for (const [sentence, decision, expected] of rows) it(sentence, () => assert.deepEqual(done(decision), expected));

  it('creates no run while it is being deleted', () => {
    const schedule = parseSchedule(resource({}, {}));
    schedule.metadata.deletionTimestamp = day('09:30:00');
    const decision = reconcileScheduled({
      nowMs: Date.parse(day('10:00:00')),
      schedule,
      limits: LIMITS,
      tests: [run('09:00:00')],
    });
    assert.deepEqual(decision, { actions: [], cleanup: [], events: [] });
  });
});

describe('the event of a run', () => {
  const note = (decision: Decision, of: string) => decision.events.find(({ reason }) => reason === of)?.note;
  it('counts the times that were skipped before it', () => {
    assert.match(note(decide('13:05:00', {}, since('09:00:00')), 'Created') ?? '', /; 3 earlier times were skipped$/);
    assert.match(note(decide('11:05:00', {}, since('09:00:00')), 'Created') ?? '', /; 1 earlier time was skipped$/);
    assert.doesNotMatch(note(decide('10:05:00', {}, since('09:00:00')), 'Created') ?? '', /skipped/);
  });
  it('says what replaced it', () =>
    assert.equal(
      note(decide('10:00:00', REPLACE, since('09:00:00'), [run('09:00:00')]), 'Replaced'),
      `LoadTest hourly-${minutes('09:00:00')} had not ended and is replaced by hourly-${minutes('10:00:00')}, as concurrencyPolicy is Replace`,
    ));
});

describe('the next reconcile', () => {
  const wait = (decision: Decision) => decision.requeueAfterMs;
  it('is at the next time', () => assert.equal(wait(decide('09:59:59', {}, since('09:00:00'))), 1000));
  it('is at the time after the due one', () => assert.equal(wait(decide('10:00:00', {}, since('09:00:00'))), 3600e3));
  it('is not scheduled while suspended, because a change of the spec causes one', () =>
    assert.equal(wait(decide('09:59:59', { suspend: true })), undefined));
});

describe('a run', () => {
  const [action] = decide('09:00:00').actions;
  const manifest = action?.type === 'CreateLoadTest' ? action.manifest : undefined;

  it('is a LoadTest that the schema accepts', () => assert.equal(loadTestSchema.safeParse(manifest).error, undefined));
  it('is named after its schedule and its minute, so that it cannot be created twice', () =>
    assert.equal(manifest?.metadata.name, 'hourly-29539260'));
  it('belongs to the schedule, which recognizes it', () => {
    const test = manifest as unknown as Resource;
    assert.equal(keyOfMaker(test), 'shop/hourly');
    assert.equal(isMadeBy(test, resource({}, {}).metadata), true);
    assert.equal(isMadeBy(test, { ...resource({}, {}).metadata, uid: 'another' }), false);
  });
  it('has the labels and annotations of the template, its schedule and its time', () => {
    assert.deepEqual(manifest?.metadata.labels, { team: 'shop', 'loadtest.dev/scheduled-by': 'hourly' });
    assert.deepEqual(manifest?.metadata.annotations, { why: 'nightly', 'loadtest.dev/scheduled-at': day('09:00:00') });
  });
});

describe('the status', () => {
  it('has the time of the last run', () =>
    assert.deepEqual(decide('10:00:10', {}, since('09:00:00')).status, since('10:00:00')));
  it('is not written when nothing has changed', () =>
    assert.equal(decide('09:30:00', {}, since('09:00:00')).status, undefined));
  const acceptedOf = ({ status }: Decision) =>
    status?.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message]);
  it('reports that runs can be created', () =>
    assert.deepEqual(acceptedOf(decide('08:45:00')), [['Accepted', 'True', 'Accepted', '']]));
  it('reports once why an invalid spec allows no runs, and keeps its other fields', () => {
    const first = decide('10:00:00', { schedule: 'every hour' }, since('09:00:00'));
    const [[type, status, reason, message = ''] = []] = acceptedOf(first) ?? [];
    assert.deepEqual([type, status, reason], ['Accepted', 'False', 'Invalid']);
    assert.match(message, /^spec[.]schedule: must be a Cron schedule/);
    assert.equal(first.status?.lastScheduleTime, day('09:00:00'));
    assert.deepEqual(decide('10:00:05', { schedule: 'every hour' }, first.status), {
      ...{ actions: [], cleanup: [], events: [] },
    });
  });
  it('names the limit that prevents runs, even before one is due', () => {
    const accepted = acceptedOf(decide('08:45:00', {}, {}, [], { ...LIMITS, maxDuration: '1m' }));
    assert.deepEqual(accepted?.[0]?.slice(0, 3), ['Accepted', 'False', 'LimitExceeded']);
    assert.match(accepted?.[0]?.[3] ?? '', /^spec[.]loadTestTemplate[.]spec[.]load[.]closed[.]duration: must be set/);
  });
  it('does not have the time of a waiting run', () =>
    assert.equal(
      decide('10:00:00', FORBID, since('09:00:00'), [run('09:00:00')]).status?.lastScheduleTime,
      day('09:00:00'),
    ));
  it('lists the active runs, oldest first, without a replaced one', () => {
    const names = (decision: Decision) => decision.status?.active?.map(({ name }) => name);
    const two = [run('10:00:00'), run('09:00:00')];
    assert.deepEqual(names(decide('10:30:00', {}, since('10:00:00'), two)), [
      `hourly-${minutes('09:00:00')}`,
      `hourly-${minutes('10:00:00')}`,
    ]);
    assert.equal(names(decide('11:00:00', REPLACE, since('10:00:00'), two)), undefined);
  });
  it('has the history, newest first, including runs that are gone', () => {
    const gone = { name: 'hourly-1', passed: 'True' as const, completionTime: day('08:50:00'), rate: '8' };
    const status = { ...since('10:00:00'), history: [gone] };
    const decision = decide('10:30:00', {}, status, [run('09:00:00', 'True'), run('10:00:00', 'False')]);
    assert.deepEqual(
      decision.status?.history?.map(({ name, passed, rate }) => [name, passed, rate]),
      [
        [`hourly-${minutes('10:00:00')}`, 'False', '10.5'],
        [`hourly-${minutes('09:00:00')}`, 'True', '09.5'],
        ['hourly-1', 'True', '8'],
      ],
    );
  });
  it('has a run in its history before its LoadTest is deleted, because cleanup follows the write of the status', () => {
    const { actions, status, cleanup } = decide('09:30:00', { successfulLoadTestsHistoryLimit: 0 }, since('09:00:00'), [
      run('09:00:00', 'True'),
    ]);
    assert.deepEqual([actions.length, cleanup.length, status?.history?.length], [0, 1, 1]);
  });
  it('has a replaced run in its history, and the reason of every other verdict', () => {
    const tests = [run('09:00:00', 'False'), run('10:00:00')];
    const { history = [] } = decide('11:00:00', REPLACE, since('10:00:00'), tests).status ?? {};
    assert.deepEqual(
      history.map(({ name, passed, reason }) => [name, passed, reason]),
      [
        [`hourly-${minutes('10:00:00')}`, 'Unknown', 'Replaced'],
        [`hourly-${minutes('09:00:00')}`, 'False', 'R'],
      ],
    );
  });
  it('has the names of all active runs as text', () =>
    assert.equal(
      decide('10:30:00', {}, since('10:00:00'), [run('10:00:00'), run('09:00:00')]).status?.activeNames,
      `hourly-${minutes('09:00:00')}, hourly-${minutes('10:00:00')}`,
    ));
  it('has the next time, and none while the schedule is suspended', () => {
    assert.equal(decide('08:45:00').status?.nextScheduleTime, day('09:00:00'));
    assert.equal(decide('08:45:00', { suspend: true }).status?.nextScheduleTime, undefined);
  });
  it('keeps 200 runs in the history', () => {
    const gone = (i: number) => ({ name: `hourly-${i}`, passed: 'True' as const, completionTime: day('08:50:00') });
    const status = { ...since('09:00:00'), history: Array.from({ length: 200 }, (_, i) => gone(i)) };
    const { history = [] } = decide('09:30:00', {}, status, [run('09:00:00', 'True')]).status ?? {};
    assert.equal(history.length, 200);
    assert.equal(history[0]?.name, `hourly-${minutes('09:00:00')}`);
  });
  it('has the time of the last passed run, even when that run is gone', () => {
    const passed = { ...since('09:00:00'), lastSuccessfulTime: day('08:00:00') };
    assert.equal(
      decide('09:30:00', {}, passed, [run('09:00:00', 'False')]).status?.lastSuccessfulTime,
      day('08:00:00'),
    );
    assert.match(
      decide('09:30:00', {}, passed, [run('09:00:00', 'True')]).status?.lastSuccessfulTime ?? '',
      /^2026-03-01T09:05:00/,
    );
  });
});

describe('the times of a schedule', () => {
  const next = (schedule: string, timeZone: string, after: string) => {
    const now = Date.parse(after);
    return new Date(timesOf({ schedule, timeZone }, now, now).nextMs ?? 0).toISOString();
  };
  const rows: [sentence: string, actual: string, expected: string][] = [
    ['are in its time zone', next('30 2 * * *', 'Europe/Zurich', '2026-01-15T12:00:00Z'), '2026-01-16T01:30:00.000Z'],
    [
      'follow its daylight saving time',
      next('30 2 * * *', 'Europe/Zurich', '2026-07-15T12:00:00Z'),
      '2026-07-16T00:30:00.000Z',
    ],
    [
      'skip a day on which the clock skips them, as a CronJob does',
      next('30 2 * * *', 'Europe/Zurich', '2026-03-28T12:00:00Z'),
      '2026-03-30T00:30:00.000Z',
    ],
    [
      'continue every half hour when the clock is put forward',
      next('*/30 * * * *', 'Europe/Zurich', '2026-03-29T00:30:00Z'),
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'include the first minute after a gap',
      next('0 3 * * *', 'Europe/Zurich', '2026-03-28T12:00:00Z'),
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'skip a gap at midnight too',
      next('@daily', 'America/Santiago', '2026-09-05T12:00:00Z'),
      '2026-09-07T03:00:00.000Z',
    ],
    [
      'occur once when the clock shows them twice',
      next('30 2 * * *', 'Europe/Zurich', '2026-10-25T00:30:00Z'),
      '2026-10-26T01:30:00.000Z',
    ],
    ...[
      '0 1,13 * * *',
      '0 1-1 * * *',
      '0,40 1 * * *',
      '0-4 1 * * *',
      '0-50/10 1 * * *',
      '0 1/3 * * *',
      '0 1-7/3 * * *',
    ].map((schedule): [string, string, string] => [
      `of ${schedule} do not occur again when the clock is put back, as one time does not`,
      next(schedule, 'Europe/London', '2026-10-25T00:59:00Z').slice(0, 13) > '2026-10-25T01' ? 'later' : 'again',
      'later',
    ]),
    ...['* * * * *', '*/20 1 * * *', '0 * * * *', '0 */1 * * *'].map((schedule): [string, string, string] => [
      `of ${schedule} occur again, as the wildcard means intervals`,
      next(schedule, 'Europe/London', '2026-10-25T00:59:00Z'),
      '2026-10-25T01:00:00.000Z',
    ]),
    [
      'occur every hour even when the clock shows an hour twice',
      next('30 * * * *', 'Europe/Zurich', '2026-10-25T00:30:00Z'),
      '2026-10-25T01:30:00.000Z',
    ],
    [
      'are days of the month or of the week when both are given',
      next('0 0 13 * FRI', 'Etc/UTC', '2026-03-01T00:00:00Z'),
      '2026-03-06T00:00:00.000Z',
    ],
  ];
  for (const [sentence, actual, expected] of rows) it(sentence, () => assert.equal(actual, expected));
});

describe('a run whose creation was refused', () => {
  const schedule = parseSchedule(resource({}, since('09:00:00')));
  const observed = {
    nowMs: Date.parse(day('10:00:00')),
    schedule,
    limits: LIMITS,
    tests: [],
    refusal: 'exceeded quota',
  };
  const decision = reconcileScheduled(observed);
  it('is reported in an event, and not persisted as created', () => {
    assert.deepEqual(done(decision), ['event FailedCreate']);
    assert.equal(decision.events[0]?.note, `hourly-${minutes('10:00:00')} is not created: exceeded quota`);
    assert.equal(decision.status?.lastScheduleTime ?? day('09:00:00'), day('09:00:00'));
  });
  it('is retried soon, and less often the later it is', () => {
    const againAfter = (lateMs: number) =>
      reconcileScheduled({ ...observed, nowMs: observed.nowMs + lateMs }).requeueAfterMs;
    assert.deepEqual([0, 20_000, 60_000, 1800_000].map(againAfter), [5000, 5000, 15_000, 60_000]);
  });
});

it('a time that the clock skipped is not missed', () => {
  const [saturday, sunday] = ['2026-03-28T01:30:00Z', '2026-03-29T12:00:00Z'].map((at) => Date.parse(at));
  const times = timesOf({ schedule: '30 2 * * *', timeZone: 'Europe/Zurich' }, saturday!, sunday!);
  assert.deepEqual(times, { missed: 0, tooMany: false, nextMs: Date.parse('2026-03-30T00:30:00Z') });
  const before = timesOf({ schedule: '30 2 * * *', timeZone: 'Europe/Zurich' }, saturday! - 1, sunday!);
  assert.deepEqual([before.missed, before.dueMs], [1, saturday]);
});

it('a time whose run would exceed a limit is skipped with one event', () => {
  const limits = { ...LIMITS, maxDuration: '1m' };
  const decision = decide('10:00:00', {}, {}, [], limits);
  assert.deepEqual(done(decision), ['event LimitExceeded']);
  assert.match(
    decision.events[0]?.note ?? '',
    /is not created: spec[.]loadTestTemplate[.]spec[.]load[.]closed[.]duration: must be set because the limit is 1m/,
  );
  assert.deepEqual(
    [decision.status?.lastSkippedTime, decision.status?.lastScheduleTime],
    [day('10:00:00'), undefined],
    'no LoadTest was created for it',
  );
  assert.deepEqual(done(decide('10:00:01', {}, decision.status, [], limits)), []);
  assert.deepEqual(done(decide('10:00:02', {}, decision.status)), [], 'a raised limit creates no past run');
  assert.deepEqual(done(decide('11:00:00', {}, decision.status)), CREATED('11:00'));
  assert.equal(decide('11:00:00', {}, decision.status).status?.lastSkippedTime, day('10:00:00'));
});
