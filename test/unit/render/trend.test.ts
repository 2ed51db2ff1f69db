import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PastRun } from '../../../api/scheduled/history.ts';
import { plain } from '../../../render/common/paint.ts';
import { trendHtml } from '../../../render/trend/html.ts';
import { trendText } from '../../../render/trend/text.ts';
import { trendOf } from '../../../render/trend/trend.ts';
import { HISTORY, SUBJECT } from '../../support/results/past-runs.ts';

const trend = trendOf(SUBJECT, HISTORY);
const text = (history: readonly PastRun[], width = 100) =>
  trendText(trendOf(SUBJECT, history), { paint: plain, width });
/** A nightly search for the capacity, with its result in status form. */
const searched = (day: number, capacity: PastRun['capacity']): PastRun => ({
  ...{ name: `n-${day}`, passed: 'True', completionTime: `2026-03-0${day}T03:40:00Z`, rate: '700', capacity },
});

describe('a trend', () => {
  it('has the runs of the history, oldest first, with numbers in place of texts', () => {
    assert.deepEqual(
      trend.runs.map(({ name }) => name).join(' '),
      HISTORY.map(({ name }) => name)
        .reverse()
        .join(' '),
    );
    assert.deepEqual(trend.runs.at(-3), {
      ...{ name: 'nightly-4', completionTime: '2026-03-04T03:40:00Z', release: 'v4' },
      ...{ verdict: 'failed', regressed: true, reason: 'Regressed', responsesPerSecond: 499.8 },
      p99Ms: { value: 90, low: 85, high: 97 },
      comparison: HISTORY[2]!.comparison,
    });
  });
  it('has the capacity with its bracket', () => {
    const capacity = { rate: 1830, low: 1790, high: 1880, regular: true, reason: 'Found' } as const;
    const { rate: value, ...rest } = capacity;
    assert.deepEqual(trendOf(SUBJECT, [searched(1, capacity)]).runs[0]?.capacityPerSecond, { value, ...rest });
  });
});

describe('a trend as text', () => {
  it('has a sparkline of each figure, the newest runs, and the newest regression', () =>
    assert.deepEqual(text(HISTORY), [
      'nightly  30 3 * * *, Europe/Zurich  6 runs, 1 regressed',
      '',
      'p99   ▆ ▆█▆▆  61ms     59ms to 63ms',
      'rate  █ ████  499.8/s',
      '',
      'RUN        ENDED (UTC)       RELEASE  VERDICT       COMPARED    P99     RATE',
      'nightly-1  2026-03-01 03:40  v1       passed        -          64ms  499.8/s',
      'nightly-2  2026-03-02 03:40  -        inconclusive  -             -        -',
      'nightly-3  2026-03-03 03:40  v3       passed        unchanged  62ms  499.8/s',
      'nightly-4  2026-03-04 03:40  v4       failed        regressed  90ms  499.8/s',
      'nightly-5  2026-03-05 03:40  v5       passed        improved   60ms  499.8/s',
      'nightly-6  2026-03-06 03:40  v6       passed        unchanged  61ms  499.8/s',
      '',
      'REGRESSED  nightly-4 against nightly-3: responseTime.p99 90ms is 45% above 62ms of nightly-3',
    ]));
  it('shows the capacity of searches in place of their rate', () =>
    assert.deepEqual(
      text([
        searched(2, { rate: 1830, low: 1790, high: 1880, regular: true, reason: 'Found' }),
        searched(1, { rate: 5000, low: 5000, regular: false, reason: 'AboveRange' }),
      ]).slice(2),
      [
        'capacity  █▃  1830/s  1790/s to 1880/s',
        '',
        'RUN  ENDED (UTC)       VERDICT  CAPACITY',
        'n-1  2026-03-01 03:40  passed     5000/s',
        'n-2  2026-03-02 03:40  passed     1830/s',
      ],
    ));
  it('says that nothing has ended yet', () => assert.equal(text([])[1], 'no run has ended yet'));
  it('lists the newest 20 of many runs, and draws as many as fit', () => {
    const many = Array.from({ length: 200 }, (_, i) => ({ ...HISTORY[0]!, name: `nightly-${1000 - i}` }));
    const lines = text(many);
    assert.equal(lines.filter((line) => line.startsWith('nightly-')).length, 20);
    assert.ok(lines.includes('the newest 20 of 200 runs; --report and --json contain all'));
    for (const line of lines) assert.ok([...line].length <= 100, line);
  });
  it('shows no character that a terminal would obey', () =>
    assert.equal(
      text([{ ...HISTORY[2]!, release: 'v\u001b[2J' }])
        .join('\n')
        .includes('\u001b'),
      false,
    ));
});

describe('a trend as a page', () => {
  const html = trendHtml(trend);
  it('has no script, and a policy that allows none', () => {
    assert.doesNotMatch(html, /<script|script-src/);
    assert.match(html, /default-src &#39;none&#39;/);
  });
  it('has a chart of each figure with range and regressions, and a row for each run', () => {
    assert.deepEqual(html.match(/<figcaption>[^<]*/g), ['<figcaption>P99 of each run', '<figcaption>Rate of each run']);
    for (const series of ['lower end of its range', 'upper end', 'regressed']) assert.ok(html.includes(series), series);
    assert.equal(html.match(/<tr>/g)?.length, 7);
    assert.match(html, /<span class="no">regressed<\/span> against nightly-3: responseTime.p99 90ms is 45% above/);
  });
  it('escapes text of others', () =>
    assert.match(trendHtml(trendOf(SUBJECT, [{ ...HISTORY[0]!, release: '<b>' }])), /&lt;b&gt;/));
});
