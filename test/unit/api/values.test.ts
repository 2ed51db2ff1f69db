import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatMicroseconds, microseconds } from '../../../api/common/duration.ts';
import { durationSchema } from '../../../api/common/duration-schema.ts';
import { childName, jobName } from '../../../api/common/names.ts';
import { fieldPath } from '../../../api/common/problems.ts';
import { formatNumber, formatShare, resourceQuantity, share } from '../../../api/common/quantity.ts';
import { withConditions } from '../../../api/status/conditions.ts';

describe('a duration', () => {
  const table: [text: string, value: number][] = [
    ['1us', 1],
    ['250ms', 250e3],
    ['0.29ms', 290],
    ['1.000001s', 1_000_001],
    ['1h30m', 5400e6],
    ['0.1h', 360e6],
    ['0s', 0],
  ];
  for (const [text, value] of table)
    it(`of ${text} is ${value} microseconds, exactly`, () => {
      assert.equal(durationSchema.parse(text), text);
      assert.equal(microseconds(text), value);
    });
  for (const text of ['', '1', '1d', '-1s', '1.s', '.5s', '1 s', '0.5us', '1.0001ms', '1e3s', '1S'])
    it(`cannot be written "${text}"`, () => assert.equal(durationSchema.safeParse(text).success, false));

  const shown: [value: number, text: string][] = [
    [0, '0us'],
    [312, '312us'],
    [9104, '9.1ms'],
    [999_499, '999ms'],
    [999_600, '1s'],
    [1_500_000, '1.5s'],
    [3_600_000_000, '3600s'],
  ];
  for (const [value, text] of shown)
    it(`of ${value} microseconds is shown as ${text}, which parses as a duration`, () => {
      assert.equal(formatMicroseconds(value), text);
      assert.equal(durationSchema.safeParse(text).success, true);
    });
});

describe('an amount', () => {
  it('is a share when it is a percentage', () => assert.equal(share('0.5%'), 0.005));
  it('is shown as a percentage with three digits', () => assert.equal(formatShare(0.0003333), '0.0333%'));
  it('is shown with one decimal from 100 on', () => assert.equal(formatNumber(499.84), '499.8'));
  it('is shown with four digits below 100', () => assert.equal(formatNumber(1.23456), '1.235'));
  for (const [text, value] of [
    ['500m', 0.5],
    ['2', 2],
    ['1.5', 1.5],
    ['128Mi', 134_217_728],
    ['1G', 1e9],
  ] as const)
    it(`of ${text} is ${value}`, () => assert.equal(resourceQuantity(text), value));
});

describe('a name', () => {
  const test = { name: 'a'.repeat(253), uid: 'u' };
  it('of a Job fits a label, and leaves room for the suffix of its pods', () => assert.ok(jobName(test).length <= 49));
  it('of a Job is stable for one test', () => assert.equal(jobName(test), jobName({ ...test })));
  it('of a Job differs for another test of the same name', () =>
    assert.notEqual(jobName(test), jobName({ ...test, uid: 'v' })));
  it('of a child ends its readable part in a letter or digit', () =>
    assert.match(childName(`${'a'.repeat(53)}.b`, 'u'), /a-[0-9a-f]{8}$/));
});

describe('conditions', () => {
  const at = { now: '2026-01-02T00:00:00Z', observedGeneration: 2 };
  const before = [
    {
      type: 'Ready',
      status: 'False' as const,
      reason: 'Waiting',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ];
  const [ready] = withConditions(before, { Ready: { status: 'False', reason: 'ImagePullFailed', message: '' } }, at);
  it('keep their transition time while the status stays', () =>
    assert.equal(ready?.lastTransitionTime, '2026-01-01T00:00:00Z'));
  it('take a new reason even while the status stays', () => assert.equal(ready?.reason, 'ImagePullFailed'));
  it('take the current time as transition time when the status changes', () => {
    const [changed] = withConditions(before, { Ready: { status: 'True', reason: 'RunnersReady', message: '' } }, at);
    assert.equal(changed?.lastTransitionTime, at.now);
  });
  it('stay when no new value is given', () => assert.deepEqual(withConditions(before, {}, at), before));
  it('are listed in the order of the life cycle', () => {
    const complete = { status: 'True', reason: 'Finished', message: '' } as const;
    const accepted = { status: 'True', reason: 'Accepted', message: '' } as const;
    const types = withConditions(before, { Complete: complete, Accepted: accepted }, at).map((c) => c.type);
    assert.deepEqual(types, ['Accepted', 'Ready', 'Complete']);
  });
});

describe('the path of a field', () => {
  it('has the format of the API server', () =>
    assert.equal(fieldPath(['spec', 'load', 'open', 'stages', 0, 'rate']), 'spec.load.open.stages[0].rate'));
});
