import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { htmlReport } from '../../render/html/report.ts';
import { capacityReport } from '../support/results/capacity-report.ts';
import { reportOf } from '../support/results/report-document.ts';
import { AXE, OpenedPage, VIEWS } from './opened-page.ts';

/** Runs in the page and returns its visible content. */
const CONTENT = `(() => {
  const cells = (row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent);
  const table = (title) => {
    const heading = [...document.querySelectorAll('h2')].find((h) => h.textContent === title);
    return [...(heading?.parentElement.querySelectorAll('tbody tr') ?? [])].map(cells);
  };
  const lines = [...document.querySelectorAll('.plot path')];
  const page = document.documentElement;
  const box = (element) => element.getBoundingClientRect();
  return {
    tiles: Object.fromEntries([...document.querySelectorAll('.tiles b')].map((b) => [b.dataset.figure, b.textContent])),
    verdict: document.querySelector('.verdict').textContent,
    requests: table('Requests'),
    times: table('Times'),
    statuses: table('Statuses'),
    thresholds: table('Thresholds'),
    timeline: [...document.querySelectorAll('.timeline tbody tr')].map(cells),
    charts: [...document.querySelectorAll('figcaption')].map((c) => c.textContent),
    emptyLines: lines.filter((line) => line.getTotalLength() === 0).length,
    unpaintedLines: lines.filter((line) => ['none', 'rgba(0, 0, 0, 0)'].includes(getComputedStyle(line).stroke)).length,
    smallPlots: [...document.querySelectorAll('.plot')].filter((p) => box(p).width < 200 || box(p).height < 100).length,
    overflow: page.scrollWidth - page.clientWidth,
    background: getComputedStyle(document.body).backgroundColor,
  };
})()`;

/** Runs in the page: the place of everything that the pointer could move. */
const PLACES = `JSON.stringify([...document.querySelectorAll('figure, .plot, li, h2, table')].map((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [x, y, width, height];
}))`;

/** Runs in the page, while it is styled for print: how far tables reach beyond the page, and folded parts that are not shown. */
const PRINTED = `(() => {
  const main = document.querySelector('main').getBoundingClientRect();
  const tables = [...document.querySelectorAll('table, pre')];
  return {
    beyond: tables.filter((t) => t.getBoundingClientRect().right > main.right + 1 || t.scrollWidth > t.clientWidth + 1).map((t) => [t.closest('section,details').textContent.slice(0, 30), t.getBoundingClientRect().right - main.right, t.scrollWidth - t.clientWidth].join()),
    hidden: [...document.querySelectorAll('details > *')].filter((e) => !e.checkVisibility({ contentVisibilityAuto: true })).length,
    rows: document.querySelectorAll('.timeline tbody tr').length,
  };
})()`;

/** Runs in the page: moves the pointer to the middle of the first chart and returns the values in its legend. */
const POINT = `(() => {
  const plot = document.querySelector('.plot');
  const box = plot.getBoundingClientRect();
  plot.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + box.width / 2, clientY: box.top + 5 }));
  return [...plot.closest('figure').querySelectorAll('.legend b')].map((b) => b.textContent);
})()`;

type Content = {
  tiles: Record<string, string>;
  verdict: string;
  requests: string[][];
  times: string[][];
  statuses: string[][];
  thresholds: string[][];
  timeline: string[][];
  charts: string[];
  emptyLines: number;
  unpaintedLines: number;
  smallPlots: number;
  overflow: number;
  background: string;
};

const report = withManyRequests(reportOf());
const { status } = report;

/** The report of a test of twelve requests with long names and paths, all of which have responses. */
function withManyRequests(whole: ReportDocument): ReportDocument {
  const names = Array.from({ length: 12 }, (_, i) => `step-${i}-of-a-long-checkout`);
  const [request] = whole.status.requests!;
  const [numbers] = whole.result.requests;
  const [histogram] = whole.histograms.requests;
  const path = '/api/v2/shops/${data.shop}/baskets/${session.basket}/items?expand=prices,taxes,shipping';
  return {
    ...whole,
    status: {
      ...whole.status,
      requests: names.map((name) => ({ ...request!, name })),
      unexpected: names.slice(0, 3).map((name) => ({ request: name, status: 503, body: 'x'.repeat(200) })),
    },
    result: { ...whole.result, requests: names.map((name) => ({ ...numbers!, name, path, responsesPerSecond: 41.5 })) },
    histograms: { ...whole.histograms, requests: names.map((name) => ({ ...histogram!, name })) },
  };
}

const opened = new OpenedPage();
const evaluate = <T>(expression: string) => opened.evaluate<T>(expression);
before(() => opened.start(htmlReport([report])));
after(() => opened.close());

const number = (value: number) => value.toLocaleString('en');

for (const [name, width, scheme] of VIEWS) {
  describe(`the HTML report on ${name}`, () => {
    let content: Content;
    before(async () => {
      await opened.open(width, scheme);
      content = await evaluate<Content>(CONTENT);
      await opened.screenshot(name);
    });

    it('causes no error and requests nothing but itself', () =>
      assert.deepEqual(opened.problems(), { errors: [], requested: [opened.url] }));

    it('displays the numbers of the status', () => {
      const { rate, responseTime, firstByte, serviceTime, errorShare, counts } = status;
      assert.deepEqual(content.tiles, {
        ...{ rate: rate!.achieved, p50: responseTime!.p50, p99: responseTime!.p99, errors: errorShare },
        done: number(counts!.done),
      });
      const shown = Object.fromEntries(content.requests.map(([counter, value]) => [counter, value]));
      for (const [counter, value] of Object.entries(counts!)) assert.equal(shown[counter], number(value), counter);
      const timeNames = (label: string) => label.replace('p99.9', 'p999') as keyof typeof responseTime & string;
      assert.equal(content.times.length, 8);
      for (const [label, ...shown] of content.times)
        assert.deepEqual(
          shown,
          [responseTime, firstByte, serviceTime].map((times) => times![timeNames(label!)]),
        );
      assert.deepEqual(
        content.statuses,
        status.responses!.map((r) => [String(r.status), number(r.count), r.status === 201 ? '99.95%' : '0.05%']),
      );
      assert.deepEqual(
        content.thresholds.map(([holds, metric, observed]) => [holds?.startsWith('✓'), metric, observed]),
        status.thresholds!.map((t) => [t.passed, t.metric, t.observed]),
      );
      const passed = status.conditions!.find((c) => c.type === 'Passed')!;
      assert.equal(content.verdict, `FAILED ${passed.message}`);
    });

    it('draws every line of every chart at a readable size', () => {
      const ofRequests = 'Response time of each request: the 6 slowest';
      const titles = ['Requests per second', 'Response time', 'In flight', 'Distribution', ofRequests];
      assert.deepEqual(content.charts, titles);
      assert.deepEqual([content.emptyLines, content.unpaintedLines, content.smallPlots], [0, 0, 0]);
    });

    it('lists every point of the charts in a table row', () =>
      assert.deepEqual(
        content.timeline,
        [1, 2, 3, 4, 5].map((s) => [`${s}s`, '100', '100', '0', '0', '5ms', '5ms', '5ms', '5ms']),
      ));

    it('fits the width of the window, and follows the preferred color scheme', () => {
      assert.equal(content.overflow, 0);
      assert.equal(content.background, scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(19, 22, 27)');
    });

    it('displays the values under the pointer, and moves nothing for them', async () => {
      const before = await evaluate(PLACES);
      assert.deepEqual(await evaluate(POINT), ['100', '100']);
      assert.equal(await evaluate(PLACES), before);
    });

    it('breaks no rule of accessibility', async () => assert.deepEqual(await evaluate(AXE), []));
  });
}

describe('the HTML report of several tests', () => {
  it('breaks no rule of accessibility', async () => {
    opened.write(htmlReport([report, report]));
    await opened.open(1280, 'light');
    assert.deepEqual(await evaluate(AXE), []);
    assert.equal(await evaluate('document.querySelectorAll("article").length'), 2);
    opened.write(htmlReport([report]));
  });
});

describe('the HTML report of a capacity search', () => {
  after(() => opened.write(htmlReport([report])));
  for (const width of [1280, 390])
    it(`fits ${width} pixels, draws every line and breaks no rule of accessibility`, async () => {
      opened.write(htmlReport([capacityReport()]));
      await opened.open(width, 'light');
      const { overflow, emptyLines, unpaintedLines, smallPlots, charts } = await evaluate<Content>(CONTENT);
      await opened.screenshot(`capacity-${width}`);
      assert.deepEqual([overflow, emptyLines, unpaintedLines, smallPlots], [0, 0, 0, 0]);
      assert.deepEqual(charts.slice(0, 3), ['Response time by rate', 'Errors by rate', 'Trials']);
      assert.deepEqual(await evaluate(AXE), []);
    });
});

describe('the HTML report on paper', () => {
  before(async () => {
    await opened.open(700, 'light');
    await opened.page.send('Emulation.setEmulatedMedia', { media: 'print' });
    // A page of A4 in upright format with Chromium's margins.
    await opened.page.send('Emulation.setDeviceMetricsOverride', {
      width: 718,
      height: 1047,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await opened.screenshot('on-paper');
  });

  it('has every row and column of its tables, and what is folded on a screen', async () =>
    assert.deepEqual(await evaluate(PRINTED), { beyond: [], hidden: 0, rows: 5 }));
});
