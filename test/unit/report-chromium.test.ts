import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { htmlReport } from '../../report/html.ts';
import { reportOf } from './report-document.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Runs in the page: what a reader would see of it, and what the browser complained about, as JSON in the body. */
const PROBE = `
const seen = { problems, requests: performance.getEntriesByType('resource').map((r) => r.name) };
seen.figures = Object.fromEntries([...document.querySelectorAll('.tiles b')].map((b) => [b.id, b.textContent]));
seen.lines = [...document.querySelectorAll('.plot path')].map((p) => p.getTotalLength() > 0);
seen.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
const plot = document.querySelector('.plot');
const box = plot.getBoundingClientRect();
plot.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + box.width / 2, clientY: box.top + 5 }));
seen.read = [...plot.closest('figure').querySelectorAll('.legend b')].map((b) => b.textContent);
document.body.textContent = 'SEEN' + JSON.stringify(seen) + 'END';
`;
const LISTEN = `const problems = []; addEventListener('error', (e) => problems.push(String(e.message)), true);
addEventListener('securitypolicyviolation', (e) => problems.push(e.violatedDirective));`;

type Seen = {
  problems: string[];
  requests: string[];
  figures: Record<string, string>;
  lines: boolean[];
  overflow: number;
  read: string[];
};

describe('the HTML report in Chromium', { skip: existsSync(CHROMIUM) ? false : `${CHROMIUM} is not installed` }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'loadtest-report-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const report = reportOf();
  let seen: Seen;

  before(async () => {
    const page = htmlReport([report])
      .replace('<meta charset="utf-8">', `<meta charset="utf-8"><script>${LISTEN}</script>`)
      .replace('</body>', `<script>${PROBE}</script></body>`);
    const file = join(directory, 'report.html');
    writeFileSync(file, page);
    const profile = `--user-data-dir=${join(directory, 'profile')}`;
    const { stdout } = await promisify(execFile)(CHROMIUM, [...FLAGS, profile, '--dump-dom', `file://${file}`]);
    seen = JSON.parse(/SEEN(.*)END/s.exec(stdout)![1]!.replaceAll('&amp;', '&')) as Seen;
  });

  it('has no error and asks for nothing', () => assert.deepEqual([seen.problems, seen.requests], [[], []]));

  it('shows the numbers of the status', () => {
    const { rate, responseTime, errorShare } = report.status;
    assert.deepEqual(seen.figures, {
      rate: rate!.achieved,
      p50: responseTime!.p50,
      p99: responseTime!.p99,
      errors: errorShare,
      done: '5,830',
    });
  });

  it('draws every line of every chart', () => assert.deepEqual(seen.lines, Array(9).fill(true)));

  it('is as wide as the window', () => assert.equal(seen.overflow, 0));

  it('reads values under the pointer', () => assert.deepEqual(seen.read, ['100', '100']));
});
