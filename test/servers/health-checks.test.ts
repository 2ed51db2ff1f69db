import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { type End, withEnd } from '../../model/lifecycle/end.ts';
import { type Stage, withStage } from '../../model/lifecycle/stage.ts';
import { evaluate, healthOf } from '../support/gates/engines.ts';
import { finished } from '../support/results/report-fixture.ts';
import { summaryOf } from '../support/results/summary.ts';

const gates = join(import.meta.dirname, '../../examples/gates');
const documents = (file: string) =>
  parseAllDocuments(readFileSync(join(gates, file), 'utf8')).map((document) => document.toJS());

const AT = { nowMs: Date.parse('2026-03-01T12:00:00Z'), generation: 1 };
const spec = { ...finished().spec, thresholds: [{ metric: 'responseTime.p99', max: '1s' }] } as LoadTestSpec;
const summary = (ms: number) => summaryOf(10_000, { generated: 100, made: 100, done: 100 }, [ms * 1000]);
const stage = (is: Stage): LoadTestStatus => withStage({}, is, AT);
const end = (change: Partial<End> = {}): LoadTestStatus =>
  withEnd(
    {},
    spec,
    { reason: 'Finished', losses: '', runners: { desired: 2, lost: 0 }, summary: summary(5), ...change },
    AT,
  );

type Verdict = 'running' | 'suspended' | 'passed' | 'failed' | 'inconclusive';
const LOST = { reason: 'RunnersLost', losses: '1 of 2 runners lost', runners: { desired: 2, lost: 1 } } as const;

/** A status of every kind that the operator writes, and what a gate has to make of it. */
const STATUSES: [title: string, status: LoadTestStatus | undefined, verdict: Verdict, message: RegExp][] = [
  ['without a status', undefined, 'running', /^waits for the operator$/],
  ['with an empty status', {}, 'running', /^waits for the operator$/],
  ['accepted', stage({ is: 'Accepted' }), 'running', /^WaitingForRunners: $/],
  [
    'that waits',
    stage({ is: 'Waiting', waiting: { reason: 'Unschedulable', message: 'no node' } }),
    'running',
    /^Unschedulable: no node$/,
  ],
  ['suspended', stage({ is: 'Suspended' }), 'suspended', /^spec\.suspend is true$/],
  ['started', stage({ is: 'Started', runners: 2, loadStartMs: AT.nowMs }), 'running', /^Running: $/],
  [
    'that stops',
    stage({ is: 'UnderLoad', reason: 'Stopping', stop: { by: 'Annotation' }, losses: '' }),
    'running',
    /^Stopping: the annotation/,
  ],
  [
    'that is not valid',
    stage({ is: 'NeverRan', reason: 'Invalid', message: 'spec.load: wrong' }),
    'inconclusive',
    /^inconclusive: no load was made: spec\.load: wrong$/,
  ],
  [
    'beyond a limit',
    stage({ is: 'NeverRan', reason: 'LimitExceeded', message: 'maxRate' }),
    'inconclusive',
    /maxRate$/,
  ],
  [
    'whose runners were never ready',
    stage({ is: 'NeverRan', reason: 'ReadyTimeout', message: 'no image' }),
    'inconclusive',
    /no image$/,
  ],
  [
    'that cannot be judged',
    stage({ is: 'Unjudgeable', message: 'spec.load' }),
    'inconclusive',
    /cannot be judged: spec\.load$/,
  ],
  ['that passed', end(), 'passed', /^passed: /],
  ['that is too slow', end({ summary: summary(5_000) }), 'failed', /^failed: .*exceeds/],
  ['that lost a runner', end({ ...LOST }), 'failed', /^failed: /],
  [
    'that was stopped',
    end({ reason: 'Stopped', stop: { by: 'Annotation' } }),
    'inconclusive',
    /^inconclusive: stopped before the load was over/,
  ],
  ['that measured nothing', end({ summary: undefined }), 'failed', /./],
];
const objects = STATUSES.map(([, status]) => ({ ...finished(), status }));

describe('Argo CD sees a LoadTest', () => {
  const [config] = documents('argo-cd-health.yaml');
  const lua = (kind: string): string => config.data[`resource.customizations.health.loadtest.dev_${kind}`];
  const HEALTH = {
    running: 'Progressing',
    suspended: 'Suspended',
    passed: 'Healthy',
    failed: 'Degraded',
    inconclusive: 'Degraded',
  };

  const health = healthOf(lua('LoadTest'), objects);
  for (const [i, [title, , verdict, message]] of STATUSES.entries())
    it(`${title} as ${HEALTH[verdict]}`, async () => {
      const seen = (await health)[i]!;
      assert.equal(seen.status, HEALTH[verdict], seen.message);
      assert.match(seen.message, message);
    });

  const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' };
  const regressed = { type: 'Regressed', status: 'True', reason: 'Regressed', message: 'p99 is 50% above' };
  const refused = { ...accepted, status: 'False', reason: 'Invalid', message: 'spec.schedule: wrong' };
  const schedules: [title: string, object: object, health: string, message: string][] = [
    ['new', { spec: {} }, 'Progressing', 'waits for the operator'],
    ['accepted', { spec: {}, status: { conditions: [accepted] } }, 'Healthy', ''],
    ['suspended', { spec: { suspend: true }, status: { conditions: [accepted] } }, 'Suspended', 'spec.suspend is true'],
    ['invalid', { spec: {}, status: { conditions: [refused] } }, 'Degraded', 'Invalid: spec.schedule: wrong'],
    [
      'regressed',
      { spec: {}, status: { conditions: [accepted, regressed] } },
      'Healthy',
      'regressed: p99 is 50% above',
    ],
  ];
  it('and a ScheduledLoadTest by its acceptance', async () => {
    const seen = await healthOf(
      lua('ScheduledLoadTest'),
      schedules.map(([, object]) => object),
    );
    assert.deepEqual(
      seen,
      schedules.map(([, , status, message]) => ({ status, message })),
    );
  });
});

describe('Flux sees a LoadTest', () => {
  const [stageOfFleet] = documents('flux.yaml');
  const { inProgress, failed, current } = stageOfFleet.spec.healthCheckExprs[0];
  // Flux looks at no object without a status.
  const withStatus = objects.map((object) => ({ ...object, status: object.status ?? {} }));
  const seen = evaluate({ inProgress, failed, current }, withStatus);
  const STATE: Record<Verdict, string> = {
    ...{ running: 'inProgress', suspended: 'inProgress' },
    ...{ passed: 'current', failed: 'failed', inconclusive: 'failed' },
  };
  for (const [i, [title, , verdict]] of STATUSES.entries())
    it(`${title} as ${STATE[verdict]} alone`, async () => {
      const values = Object.entries((await seen)[i]!);
      assert.deepEqual(
        values.filter(([, value]) => value).map(([name]) => name),
        [STATE[verdict]],
      );
    });
});
