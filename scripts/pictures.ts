/**
 * `npm run pictures`: makes the pictures of the documents in docs/pictures from real runs against the demo target: the live view as SVG, and the
 * reports as PNG by Chromium. It takes two minutes; run it after a change to the live view or the HTML report.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { BROWSER } from '../test/browser/chromium.ts';
import { OpenedPage } from '../test/browser/opened-page.ts';
import { installPackages, missingPackages } from '../test/cluster/build/packages.ts';
import { framesOf, terminalSvg } from './pictures/terminal-svg.ts';

const root = join(import.meta.dirname, '..');
const PICTURES = join(root, 'docs/pictures');
const TERMINAL = { columns: 100, rows: 30 };
const DESKTOP = 1100;
const PHONE = 390;
const HEIGHT = 760;
/** The second of the load that the picture of the live view shows. */
const SHOWN_SECOND = 8;

type Area = { x: number; y: number; width: number; height: number };

/** Runs `body` with the URL of a demo target. */
async function withTarget(body: (url: string) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'examples/demo-target.mjs'), '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    for await (const url of createInterface(child.stdout)) return await body(url);
  } finally {
    child.kill();
  }
}

/** Runs a command in a terminal of {@link TERMINAL}; returns all that it drew. */
async function inTerminal(command: string): Promise<string> {
  const sized = `stty cols ${TERMINAL.columns} rows ${TERMINAL.rows}; ${command}`;
  const env = { ...process.env, TERM: 'xterm-256color', FORCE_COLOR: '1', CI: 'false' };
  const child = spawn('script', ['-qec', sized, '/dev/null'], { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return output;
}

async function screenshot(page: OpenedPage, name: string, clip: Area): Promise<void> {
  const { data } = await page.page.send<{ data: string }>('Page.captureScreenshot', {
    clip: { ...clip, scale: 1 },
    captureBeyondViewport: true,
  });
  writeFileSync(join(PICTURES, name), Buffer.from(data, 'base64'));
}

async function main(): Promise<void> {
  await installPackages(missingPackages(BROWSER), console.error);
  mkdirSync(PICTURES, { recursive: true });
  const directory = mkdtempSync(join(tmpdir(), 'loadtest-pictures-'));
  const loadtest = `${process.execPath} --disable-sigusr1 ${join(root, 'cli/main.ts')} run`;
  const page = new OpenedPage();
  try {
    await withTarget(async (url) => {
      const quickstart = join(directory, 'quickstart.html');
      const set = `--set target.url=${url}/shop`;
      const drawn = await inTerminal(`${loadtest} examples/quickstart.yaml ${set} --report ${quickstart}`);
      const frame = framesOf(drawn)[SHOWN_SECOND];
      if (frame === undefined) throw new Error(`no live view in the output:\n${drawn}`);
      const lines = ['\x1b[32m$\x1b[39m loadtest run examples/quickstart.yaml', '', ...frame];
      writeFileSync(
        join(PICTURES, 'live-view.svg'),
        terminalSvg('The live view of a load test', lines, TERMINAL.columns),
      );
      const capacity = join(directory, 'capacity.html');
      await inTerminal(`${loadtest} examples/capacity.yaml --set target.url=${url}/shop/search --report ${capacity}`);

      await page.start(readFileSync(quickstart, 'utf8'));
      await page.open(DESKTOP, 'light');
      await screenshot(page, 'report-desktop.png', { x: 0, y: 0, width: DESKTOP, height: HEIGHT });
      await page.open(PHONE, 'light');
      await screenshot(page, 'report-phone.png', { x: 0, y: 0, width: PHONE, height: HEIGHT });
      page.write(readFileSync(capacity, 'utf8'));
      await page.open(DESKTOP, 'light');
      await screenshot(page, 'capacity.png', { x: 0, y: 0, width: DESKTOP, height: HEIGHT });
    });
  } finally {
    await page.close();
    rmSync(directory, { recursive: true });
  }
}

await main();
