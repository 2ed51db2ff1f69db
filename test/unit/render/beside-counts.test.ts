import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { counts } from '../../../render/html/results.ts';
import { markdownReport } from '../../../render/markdown.ts';
import { countsSection } from '../../../render/text/measurement.ts';
import { countsOf } from '../../support/results/counts.ts';
import { finished, passed } from '../../support/results/report-fixture.ts';

const STATUS: LoadTestStatus = {
  counts: countsOf({ generated: 100, made: 100, done: 100 }),
  maxInFlight: 7,
  messages: 3000,
  redirects: 12,
  ...passed('True', 'all thresholds hold'),
};
const { maxInFlight: _, messages: __, redirects: ___, ...WITHOUT } = STATUS;

const markdownOf = (status: LoadTestStatus) => markdownReport([{ ...finished(), status }]);

test('a text report has the messages of streams and the redirects below the counters', () => {
  const [section] = countsSection(STATUS, 100);
  assert.deepEqual(section!.lines.slice(-3), [
    'in flight      7    at most at the same time',
    'messages   3,000    of streams, within the responses',
    'redirects     12    followed, in addition to the requests made',
  ]);
  assert.equal(countsSection(WITHOUT, 100)[0]!.lines.length, section!.lines.length - 3);
});

test('the HTML report has them in the table of counters', () => {
  const html = counts(STATUS);
  for (const cells of ['in flight</td><td>7', 'messages</td><td>3,000', 'redirects</td><td>12'])
    assert.ok(html.includes(cells), html);
  assert.doesNotMatch(counts(WITHOUT), /in flight|messages|redirects/);
});

test('a Markdown report has messages and redirects where there are some', () => {
  const line =
    'messages: 3,000 of streams, within the responses; redirects: 12 followed, in addition to the requests made';
  assert.ok(markdownOf(STATUS).includes(line), markdownOf(STATUS));
  assert.doesNotMatch(markdownOf(WITHOUT), /messages|redirects/);
});
