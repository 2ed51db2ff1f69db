import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadTest } from '../../../../api/loadtest/loadtest.ts';
import { EXIT, worstOf } from '../../../../cli/output/exit-codes.ts';
import { progressLine, shareDone } from '../../../../cli/terminal/progress.ts';
import type { Summary } from '../../../../model/measure/summary.ts';
import { finished } from '../../../support/results/report-fixture.ts';
import { summaryOf } from '../../../support/results/summary.ts';

describe('the progress line', () => {
  const cases: [string, Summary | undefined, Summary, string][] = [
    [
      'has the rate since the start in the first second',
      undefined,
      summaryOf(1000, { generated: 1500, made: 1500, done: 1490, inFlight: 10 }, [5000]),
      '   1s  generated 1,500  made 1,500  done 1,490  timeout 0  in flight 10  1490/s  p99 5ms',
    ],
    [
      'has the rate since the previous line',
      summaryOf(1000, { done: 100 }),
      summaryOf(3000, { generated: 400, made: 400, done: 400 }, [5000]),
      '   3s  generated 400  made 400  done 400  timeout 0  in flight 0  150/s  p99 5ms',
    ],
    [
      'names timeouts, failures, drops and unexpected responses',
      undefined,
      summaryOf(12_000, { generated: 10, made: 8, done: 5, timeout: 1, failed: 2, dropped: 2, unexpected: 3 }),
      '  12s  generated 10  made 8  done 5  timeout 1  failed 2  dropped 2  unexpected 3  in flight 0  0.4167/s  p99 -',
    ],
    [
      'has a rate of 0 when no time has passed',
      summaryOf(1000, { done: 1 }),
      summaryOf(1000, { done: 2 }),
      '   1s  generated 0  made 0  done 2  timeout 0  in flight 0  0/s  p99 -',
    ],
  ];
  for (const [name, before, now, line] of cases) it(name, () => assert.equal(progressLine(before, now), line));
});

describe('the completed share', () => {
  const closed = (more: object) => finished({}, { type: 'Closed', closed: { users: 1, ...more } });
  const cases: [string, LoadTest, Summary, number][] = [
    ['of an open load is that of its stages', finished(), summaryOf(3000), 0.25],
    ['is at most one', finished(), summaryOf(13_000), 1],
    ['of a closed load is that of its duration', closed({ duration: '10s' }), summaryOf(4000), 0.4],
    [
      'of a load of iterations is the generated share of them',
      closed({ iterations: 50 }),
      summaryOf(4000, { generated: 10 }),
      0.2,
    ],
    [
      'of a load with both limits is the larger of the two',
      closed({ duration: '10s', iterations: 50 }),
      summaryOf(1000, { generated: 40 }),
      0.8,
    ],
  ];
  for (const [name, { spec }, now, share] of cases)
    it(name, () => assert.equal(shareDone(spec, now.elapsedMs, now.counts.generated), share));
});

describe('the exit code of several tests', () => {
  const { passed, failed, inconclusive } = EXIT;
  const cases: [string, number[], number][] = [
    ['is 0 without tests', [], passed],
    ['is that of a passed test when all passed', [passed, passed], passed],
    ['is that of an inconclusive test when one is inconclusive', [passed, inconclusive, passed], inconclusive],
    ['is that of a failed test when one failed', [inconclusive, failed, passed], failed],
  ];
  for (const [name, codes, expected] of cases) it(name, () => assert.equal(worstOf(codes), expected));
});
