import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { trendHtml } from '../../render/trend/html.ts';
import { trendOf } from '../../render/trend/trend.ts';
import { HISTORY, SUBJECT } from '../support/results/past-runs.ts';
import { AXE, OpenedPage, VIEWS } from './opened-page.ts';

/** Runs in the page and returns its visible content. */
const CONTENT = `({
  charts: [...document.querySelectorAll('figcaption')].map((c) => c.textContent),
  dots: [...document.querySelectorAll('.plot .s3')].map((line) => getComputedStyle(line).strokeWidth),
  unpainted: [...document.querySelectorAll('.plot path')].filter((p) => p.getTotalLength() === 0).length,
  rows: document.querySelectorAll('tbody tr').length,
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})`;

/** Two hundred runs, a regression in every sixth. */
const many = Array.from({ length: 200 }, (_, i) => ({ ...HISTORY[i % 6]!, name: `nightly-${29_660_310 - i}` }));
const opened = new OpenedPage();
before(() => opened.start(trendHtml(trendOf(SUBJECT, many))));
after(() => opened.close());

for (const [name, width, scheme] of [VIEWS[0]!, VIEWS[3]!]) {
  describe(`the page of a trend on ${name}`, () => {
    before(async () => {
      await opened.open(width, scheme);
      await opened.screenshot(`trend on ${name}`);
    });

    it('causes no error and requests nothing but itself', () =>
      assert.deepEqual(opened.problems(), { errors: [], requested: [opened.url] }));
    it('draws each figure with its regressions, lists each run, and fits the window', async () =>
      assert.deepEqual(await opened.evaluate(CONTENT), {
        charts: ['P99 of each run', 'Rate of each run'],
        ...{ dots: ['9px', '9px'], unpainted: 0, rows: 200, overflow: 0 },
      }));
    it('breaks no rule of accessibility', async () => assert.deepEqual(await opened.evaluate(AXE), []));
  });
}
