import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadTest } from '../../../../api/loadtest/loadtest.ts';
import { EXIT, worstOf } from '../../../../cli/output/exit-codes.ts';
import { ProgressLines, progressLine, shareDone } from '../../../../cli/terminal/progress.ts';
import type { Summary } from '../../../../model/measure/summary.ts';
import { finished } from '../../../support/results/report-fixture.ts';
import { summaryOf } from '../../../support/results/summary.ts';

describe('the progress line', () => {
  const cases: [string, Summary | undefined, Summary, string][] = [
    [
      'has the rate since the start in the first second',
      undefined,
      summaryOf(1000, { generated: 1500, made: 1500, done: 1490, inFlight: 10 }, [5000]),
      '   1s  1490/s  10 in flight  so far: generated 1,500  made 1,500  done 1,490  timeout 0  p99 5ms',
    ],
    [
      'has the rate since the previous line',
      summaryOf(1000, { done: 100 }),
      summaryOf(3000, { generated: 400, made: 400, done: 400 }, [5000]),
      '   3s  150/s  0 in flight  so far: generated 400  made 400  done 400  timeout 0  p99 5ms',
    ],
    [
      'names timeouts, failures, drops and unexpected responses',
      undefined,
      summaryOf(12_000, { generated: 10, made: 8, done: 5, timeout: 1, failed: 2, dropped: 2, unexpected: 3 }),
      '  12s  0.4167/s  0 in flight  so far: generated 10  made 8  done 5  timeout 1  failed 2  dropped 2  unexpected 3  p99 -',
    ],
    [
      'has a rate of 0 when no time has passed',
      summaryOf(1000, { done: 1 }),
      summaryOf(1000, { done: 2 }),
      '   1s  0/s  0 in flight  so far: generated 0  made 0  done 2  timeout 0  p99 -',
    ],
  ];
  for (const [name, before, now, line] of cases)
    it(name, () => assert.equal(progressLine(finished().spec, before, now), line));
});

describe('the progress lines of a load', () => {
  /** The seconds of the lines for a load with a summary each second, and the last one. */
  function secondsOf(lengthSeconds: number): string[] {
    const lines = new ProgressLines(finished().spec);
    const shown = Array.from({ length: lengthSeconds }, (_, i) =>
      lines.next(summaryOf(1000 * (i + 1) + (i % 3), { done: 10 * (i + 1) })),
    );
    return [...shown, lines.last()].flatMap((line) => (line === undefined ? [] : [line.trim().split(' ')[0]!]));
  }
  const early = Array.from({ length: 10 }, (_, i) => `${i + 1}s`);
  const rows: [string, number, string[]][] = [
    ['are one a second at first', 10, early],
    ['are one every ten seconds later, and the last one', 44, [...early, '20s', '30s', '40s', '44s']],
    [
      'are one a minute after two minutes',
      245,
      [...early, ...[20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 180, 240, 245].map((s) => `${s}s`)],
    ],
  ];
  for (const [title, seconds, expected] of rows) it(title, () => assert.deepEqual(secondsOf(seconds), expected));

  it('have the rate since the line before, also where it is long ago', () => {
    const lines = new ProgressLines(finished().spec);
    lines.next(summaryOf(10_000, { done: 100 }));
    lines.next(summaryOf(15_000, { done: 600 }));
    assert.match(lines.next(summaryOf(20_000, { done: 1100 })) ?? '', /^ {2}20s {2}100\/s /);
  });

  it('do not repeat the last one when nothing has happened since', () => {
    const lines = new ProgressLines(finished().spec);
    assert.ok(lines.next(summaryOf(1000, { done: 10 })));
    lines.next(summaryOf(1020, { done: 10 }));
    assert.equal(lines.last(), undefined);
  });
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
