import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AppliedThreshold,
  DEFAULT_THRESHOLD,
  type Threshold,
  thresholdSchema,
  thresholdsOf,
  thresholdText,
} from '../../../api/loadtest/threshold.ts';

const RATE: Threshold = { metric: 'rate', min: '10' };
const BY_DEFAULT = [{ metric: 'errors', max: '1%', default: true }];

const applied: [title: string, spec: { thresholds?: Threshold[] }, thresholds: readonly AppliedThreshold[]][] = [
  ['without thresholds is held to the default one', {}, BY_DEFAULT],
  ['with an empty list of thresholds is held to the default one', { thresholds: [] }, BY_DEFAULT],
  ['with one threshold, on whatever metric, is held to this one alone', { thresholds: [RATE] }, [RATE]],
];
for (const [title, spec, thresholds] of applied)
  test(`a test ${title}`, () => assert.deepEqual(thresholdsOf(spec), thresholds));

test('the default threshold is one that a spec may have, and a spec cannot mark one as the default', () => {
  assert.deepEqual(thresholdSchema.parse(DEFAULT_THRESHOLD), DEFAULT_THRESHOLD);
  assert.equal(thresholdSchema.safeParse(BY_DEFAULT[0]).success, false);
});

const texts: [threshold: AppliedThreshold, text: string][] = [
  [{ metric: 'responseTime.p99', request: 'order', max: '250ms' }, 'responseTime.p99 of order at most 250ms'],
  [{ metric: 'rate', min: '10', max: '20' }, 'rate at least 10, at most 20'],
  [{ metric: 'errors', max: '1%', default: true }, 'errors at most 1% (default)'],
];
for (const [threshold, text] of texts)
  test(`a threshold reads "${text}"`, () => assert.equal(thresholdText(threshold), text));
