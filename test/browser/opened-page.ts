import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../cluster/system/wait.ts';
import { openPage, type Page } from './chromium.ts';

/** The folder for screenshots to inspect by eye; undefined: none. */
const PICTURES = process.env.LOADTEST_PICTURES;

/** Runs in the page: the violations of the accessibility rules of axe-core. */
export const AXE = `${readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')};
axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((n) => n.html.slice(0, 120)).join(', ')))`;

export const VIEWS: [name: string, width: number, scheme: 'light' | 'dark'][] = [
  ['a desktop', 1280, 'light'],
  ['a desktop in dark mode', 1280, 'dark'],
  ['a phone', 390, 'light'],
  ['a phone in dark mode', 390, 'dark'],
];

/** A file of HTML in a browser of its own. */
export class OpenedPage {
  readonly #directory = mkdtempSync(join(tmpdir(), 'loadtest-page-'));
  readonly url = pathToFileURL(join(this.#directory, 'page.html')).href;
  #page: Page | undefined;

  get page(): Page {
    assert.ok(this.#page, 'the browser runs');
    return this.#page;
  }

  /** Starts the browser and writes the file. */
  async start(html: string): Promise<void> {
    this.write(html);
    this.#page = await openPage();
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.#page.send(`${domain}.enable`);
  }

  write(html: string): void {
    writeFileSync(join(this.#directory, 'page.html'), html);
  }

  async close(): Promise<void> {
    await this.#page?.close();
    rmSync(this.#directory, { recursive: true });
  }

  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.page.send<{ result: { value: T } }>('Runtime.evaluate', {
      ...{ expression, returnByValue: true, awaitPromise: true },
    });
    return result.value;
  }

  /** Opens the file anew in a window of this width. */
  async open(width: number, scheme: 'light' | 'dark'): Promise<void> {
    const { page } = this;
    const mobile = width < 600;
    await page.send('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile });
    await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    page.events.length = 0;
    await page.send('Page.navigate', { url: this.url });
    await until('the page', async () => page.events.some((e) => e.method === 'Page.loadEventFired') || undefined, {
      timeoutMs: 20_000,
    });
  }

  /** The errors of the page, and the addresses that it requested since it was opened. */
  problems(): { errors: unknown[]; requested: string[] } {
    const of = (method: string) => this.page.events.filter((e) => e.method === method);
    const requested = of('Network.requestWillBeSent').map((e) => (e.params.request as { url: string }).url);
    const errors = ['Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Log.entryAdded'].flatMap(of);
    return { errors, requested: requested.filter((to) => !to.startsWith('data:')) };
  }

  async screenshot(name: string): Promise<void> {
    const { data } = await this.page.send<{ data: string }>('Page.captureScreenshot', { captureBeyondViewport: true });
    assert.ok(data.length > 20_000, 'the screenshot is not empty');
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    writeFileSync(join(PICTURES, `${name.replaceAll(' ', '-')}.png`), Buffer.from(data, 'base64'));
  }
}
