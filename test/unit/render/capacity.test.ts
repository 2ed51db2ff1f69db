import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { trialOutcome } from '../../../render/common/capacity.ts';
import { htmlReport } from '../../../render/html/report.ts';
import { junitReport } from '../../../render/junit.ts';
import { markdownReport } from '../../../render/markdown.ts';
import { capacityReport } from '../../support/results/capacity-report.ts';

const report = capacityReport();
const { rate = 0, low = 0, high = 0, trials = [] } = report.status.capacity!;
const judged = trials.filter((trial) => trialOutcome(trial) !== 'none');
const text = (value: number) => Math.round(value).toLocaleString('en');

describe('the report of a capacity search', () => {
  const page = htmlReport([report]);
  const figure = (title: string) => new RegExp(`<figcaption>${title}</figcaption>[\\s\\S]*?</figure>`).exec(page)![0];

  it('says what the target carries in one sentence and in large figures', () => {
    assert.ok(page.includes(`carries ${text(rate)}/s (${text(low)}–${text(high)}); p99 is the limit, gradually`), page);
    for (const [id, value] of [
      ['capacity', rate],
      ['low', low],
      ['high', high],
    ] as const)
      assert.ok(page.includes(`<b data-figure="${id}">${text(value)}</b>`), id);
    assert.ok(!page.includes('data-figure="p99"'), 'percentiles over all rates mean nothing');
  });

  it('draws the curve of response times and errors over rates, with the limit and the bracket', () => {
    const rates = new Set(judged.map((trial) => trial.rate)).size;
    for (const [title, lines] of [
      ['Response time by rate', 3],
      ['Errors by rate', 1],
    ] as const) {
      const drawn = figure(title);
      assert.equal(drawn.match(/<path /g)?.length, lines, title);
      assert.equal(drawn.match(/class="mark" x1/g)?.length, 2, title);
      assert.equal(/<path class="s\d" d="([^"]*)"/.exec(drawn)![1]!.match(/[ML]/g)?.length, rates, title);
    }
    assert.ok(figure('Response time by rate').includes('p99 at most 100ms'));
    assert.ok(figure('Errors by rate').includes('errors at most 1%'));
  });

  it('has a row for each trial', () => {
    const table = /<h2>Trials<\/h2>[\s\S]*?<\/section>/.exec(page)![0];
    assert.equal(table.match(/<tr>/g)?.length, trials.length + 1);
    assert.equal(table.match(/✓ held/g)?.length, judged.filter(({ good }) => good).length);
    assert.equal(table.match(/✗ did not hold/g)?.length, judged.filter(({ good }) => !good).length);
  });

  it('has the trials at both ends of the bracket in Markdown', () => {
    const rows = markdownReport([report])
      .split('\n')
      .filter((line) => /^\| [✅❌]/u.test(line) && line.includes('decide'));
    const telling = judged.filter((trial) => trial.rate === low || trial.rate === high);
    const caption = `The trials that decided the capacity, ${telling.length} of ${trials.length}:`;
    assert.ok(markdownReport([report]).includes(`\n${caption}\n\n| `), caption);
    const wanted = telling.filter(({ purpose }) => purpose === 'Decide');
    assert.equal(rows.length, wanted.length);
    assert.ok(
      rows.every((row) => row.includes(`| ${text(low)} |`) || row.includes(`| ${text(high)} |`)),
      rows.join('\n'),
    );
  });

  it('has the capacity as properties of the JUnit suite', () => {
    const xml = junitReport([report]);
    for (const [name, value] of Object.entries({ capacity: rate, capacityLow: low, capacityHigh: high }))
      assert.ok(xml.includes(`<property name="${name}" value="${value}"/>`), name);
  });

  it('has the capacity as numbers in JSON', () => {
    const { capacityPerSecond, capacityLowPerSecond, capacityHighPerSecond } = report.result;
    assert.deepEqual([capacityPerSecond, capacityLowPerSecond, capacityHighPerSecond], [rate, low, high]);
  });
});
