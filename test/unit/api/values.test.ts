import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatMicroseconds, microseconds } from '../../../api/common/duration.ts';
import { durationSchema } from '../../../api/common/duration-schema.ts';
import { childName, jobName, reportName } from '../../../api/common/names.ts';
import { fieldPath } from '../../../api/common/problems.ts';
import { formatCount, formatNumber, formatShare, resourceQuantity, share } from '../../../api/common/quantity.ts';
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
    [999, '999us'],
    [999.4, '999us'],
    [999.5, '1ms'],
    [999.6, '1ms'],
    [1000, '1ms'],
    [1004, '1ms'],
    [1006, '1.01ms'],
    [9104, '9.1ms'],
    [99_960, '100ms'],
    [999_499, '999ms'],
    [999_500, '1s'],
    [999_600, '1s'],
    [1_500_000, '1.5s'],
    [9_996_000, '10s'],
    [59_990_000, '60s'],
    [3_600_000_000, '3600s'],
  ];
  for (const [value, text] of shown)
    it(`of ${value} microseconds is shown as ${text}, which parses as a duration`, () => {
      assert.equal(formatMicroseconds(value), text);
      assert.equal(durationSchema.safeParse(text).success, true);
    });

  const beside: [value: number, limit: number, text: string][] = [
    [250_000, 250_000, '250ms'],
    [250_111, 250_000, '250.1ms'],
    [250_003, 250_000, '250.003ms'],
    [249_984, 250_000, '249.98ms'],
    [250_400, 250_400, '250.4ms'],
    [250_400, 250_300, '250.4ms'],
    [250_400, 200_000, '250ms'],
    [1000.4, 1000, '1.0004ms'],
    [999.6, 1000, '999.6us'],
    [312.4, 312, '312.4us'],
    [1_000_448, 1_000_000, '1.0004s'],
    [60_000_001, 60_000_000, '60.000001s'],
  ];
  for (const [value, limit, text] of beside)
    it(`of ${value} microseconds beside a limit of ${limit} is shown as ${text}`, () =>
      assert.equal(formatMicroseconds(value, [limit]), text));
});

describe('an amount', () => {
  it('is a share when it is a percentage', () => assert.equal(share('0.5%'), 0.005));
  it('is the nearest number to a percentage', () => {
    for (let count = 0; count <= 1000; count++) assert.equal(share(`${count / 10}%`), count / 1000);
  });
  const shares: [value: number, text: string, limit?: number][] = [
    [0, '0%'],
    [1, '100%'],
    [0.0003333, '0.0333%'],
    [0.007, '0.7%'],
    [0.9994, '99.9%'],
    [0.9996, '99.96%'],
    [0.99996, '99.996%'],
    [999_999_999 / 1e9, '99.9999999%'],
    [1e-9, '0.0000001%'],
    [1.2, '120%'],
    [0.0100004, '1%'],
    [0.0100004, '1.00004%', 0.01],
    [0.0099996, '0.99996%', 0.01],
    [0.01, '1%', 0.01],
  ];
  for (const [value, text, limit] of shares)
    it(`of ${value} is shown as the percentage ${text}${limit === undefined ? '' : ` beside ${limit}`}`, () =>
      assert.equal(formatShare(value, limit === undefined ? [] : [limit]), text));
  const numbers: [value: number, text: string, limit?: number][] = [
    [0, '0'],
    [0.0000001, '0.0000001'],
    [1.23456, '1.235'],
    [99.994, '99.99'],
    [99.996, '100'],
    [499.84, '499.8'],
    [479.96, '480'],
    [479.96, '479.96', 480],
    [479.9999, '479.9999', 480],
    [480, '480', 480],
    [12_500.04, '12500'],
  ];
  for (const [value, text, limit] of numbers)
    it(`of ${value} is shown as ${text}${limit === undefined ? '' : ` beside ${limit}`}`, () =>
      assert.equal(formatNumber(value, limit === undefined ? [] : [limit]), text));
  const counts: [value: number, text: string][] = [
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [999_999, '999,999'],
    [1_000_000, '1,000,000'],
  ];
  for (const [value, text] of counts)
    it(`of ${value} requests is shown as ${text}`, () => assert.equal(formatCount(value), text));
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
  for (const name of [
    'checkout-v1.42',
    '1.2.3',
    `${'a'.repeat(39)}.b`,
    `${'a'.repeat(39)}-b`,
    `${'a'.repeat(44)}.${'b'.repeat(18)}`,
    `${'1.'.repeat(31)}1`,
  ])
    it(`of a Job is a DNS label, and that of a report an object's name, for ${name}`, () => {
      assert.match(jobName({ name, uid: 'u' }), /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      assert.match(
        reportName({ name, uid: 'u' }),
        /^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
      );
      assert.ok(jobName({ name, uid: 'u' }).length <= 49 && reportName({ name, uid: 'u' }).length <= 63);
    });
  it('of a Job differs for names that differ in a dot alone', () =>
    assert.notEqual(jobName({ name: 'a.b', uid: 'u' }), jobName({ name: 'a-b', uid: 'v' })));
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
