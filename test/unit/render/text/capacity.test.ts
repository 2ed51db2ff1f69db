import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Capacity } from '../../../../api/status/capacity.ts';
import { textReport } from '../../../../render/text/report.ts';

const SPEC = loadTestSpecSchema.parse({
  target: { url: 'http://target' },
  load: { type: 'Capacity', capacity: { maxRate: 5000 } },
});
const TIMES = { p50: '2ms', p95: '20ms', p99: '90ms', errors: '0%' };
const CAPACITY: Capacity = {
  rate: 1829.6,
  low: 1830,
  high: 1880,
  regular: true,
  reason: 'Found',
  limitedBy: { metric: 'responseTime.p99', request: 'order' },
  boundary: 'Smooth',
  inversions: 0,
  trials: [
    { number: 0, purpose: 'WarmUp', rate: 50, seconds: 20, achieved: 50, good: true, ...TIMES },
    { number: 1, purpose: 'Confirm', rate: 1830, seconds: 60, achieved: 1829.6, good: true, ...TIMES },
    {
      ...{
        number: 2,
        purpose: 'Decide',
        rate: 1880,
        seconds: 5,
        lasted: 2.13,
        achieved: 1850,
        good: false,
        p99: '0.4s',
      },
      by: [{ metric: 'responseTime.p99', request: 'order' }, { metric: 'errors' }],
    },
    {
      ...{ number: 3, purpose: 'Decide', rate: 1880, seconds: 5, achieved: 1700, good: false },
      generator: { reason: 'PacingLag', message: 'late' },
    },
  ],
};

describe('the text report of a search', () => {
  const text = textReport({ metadata: { name: 'checkout' }, spec: SPEC, status: { capacity: CAPACITY } });
  it('begins with the capacity in one sentence and the table of the trials', () =>
    assert.match(
      text,
      /\nCapacity search\n {2}carries 1,830\/s [(]1,830–1,880[)]; p99 of `order` is the limit, gradually\n\n {5}trial {4}asked {2}achieved {2}p50 {3}p95 {3}p99 {2}errors {2}seconds {2}limit\n {2}· {2}warm-up {5}50 {8}50 {2}2ms {2}20ms {2}90ms {6}0% {7}20\n {2}✓ {2}confirm {2}1,830 {5}1,830 {2}2ms {2}20ms {2}90ms {6}0% {7}60\n {2}✗ {2}decide {3}1,880 {5}1,850 {4}- {5}- {2}0.4s {7}- {6}2.1 {2}p99 of `order`,\n +the share of\n +errors\n {2}· {2}decide {3}1,880 {5}1,700 {4}- {5}- {5}- {7}- {8}5 {2}the load\n +generator\n/,
    ));
  it('leaves out what mixes the rates of all trials', () => assert.doesNotMatch(text, /^(Rate|Times)$/m));
});
