import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsSection } from '../../../../render/text/connections.ts';
import { countsOf } from '../../../support/results/counts.ts';

const times = {
  ...{ min: '20.4ms', mean: '25.1ms', p50: '24.6ms', p90: '29.1ms', p95: '32.8ms', p99: '32.8ms', p999: '32.8ms' },
  max: '32.8ms',
};
const counts = countsOf({ done: 10 });

test('events have the whole names of their requests and times in 80 columns', () => {
  const requests = [
    { name: 'quotes-of-the-day', counts, events: { received: 50, first: times, between: times } },
    { name: 'plain', counts },
    { name: 'ticks', counts, events: { received: 1, first: times } },
  ];
  const [section] = eventsSection({ requests }, 78);
  assert.deepEqual(section!.lines, [
    '50 of quotes-of-the-day, 1 of ticks',
    '                  min    mean     p50     p90     p95     p99   p99.9     max',
    'quotes-of-the-day',
    '  first event  20.4ms  25.1ms  24.6ms  29.1ms  32.8ms  32.8ms  32.8ms  32.8ms',
    '  between two  20.4ms  25.1ms  24.6ms  29.1ms  32.8ms  32.8ms  32.8ms  32.8ms',
    'ticks',
    '  first event  20.4ms  25.1ms  24.6ms  29.1ms  32.8ms  32.8ms  32.8ms  32.8ms',
  ]);
  assert.ok(section!.lines.every((line) => line.length <= 78));
  assert.deepEqual(eventsSection({ requests: [{ name: 'plain', counts }] }, 78), []);
});
