import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findProgram, type Tool } from '../cluster/build/packages.ts';

export const BROWSER: readonly Tool[] = [{ program: 'chromium', package: 'chromium' }];

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  '--remote-debugging-pipe',
];

type Message = { id?: number; method?: string; params?: unknown; result?: unknown; error?: { message: string } };

/** A page in its own Chromium, controlled through the DevTools protocol over a pipe. */
export type Page = {
  send: <T>(method: string, params?: object) => Promise<T>;
  /** All events of the page so far, as "Domain.event" with its parameters. */
  events: { method: string; params: Record<string, unknown> }[];
  close: () => Promise<void>;
};

/** Starts Chromium with one empty page. */
export async function openPage(): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'loadtest-chromium-'));
  const child = spawn(findProgram('chromium') ?? 'chromium', [...FLAGS, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((done) => child.on('close', () => done()));
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const events: Page['events'] = [];
  const waiting = new Map<number, { done: (result: never) => void; fail: (error: Error) => void }>();
  child.on('error', (error) => {
    for (const { fail } of waiting.values()) fail(error);
  });
  exited.then(() => {
    for (const { fail } of waiting.values()) fail(new Error('Chromium has ended'));
  });

  let rest = '';
  output.setEncoding('utf8').on('data', (piece: string) => {
    const messages = (rest + piece).split('\0');
    rest = messages.pop()!;
    for (const message of messages) dispatch(JSON.parse(message));
  });
  const dispatch = ({ id, method, params, result, error }: Message) => {
    if (method !== undefined) events.push({ method, params: params as Record<string, unknown> });
    if (id === undefined) return;
    const { done, fail } = waiting.get(id)!;
    waiting.delete(id);
    if (error === undefined) done(result as never);
    else fail(new Error(error.message));
  };

  let lastId = 0;
  const call = <T>(method: string, params: object, session: object): Promise<T> => {
    const id = ++lastId;
    const response = new Promise<T>((done, fail) => waiting.set(id, { done: done as never, fail }));
    input.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    return response;
  };
  const { targetId } = await call<{ targetId: string }>('Target.createTarget', { url: 'about:blank' }, {});
  const attached = await call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true }, {});
  return {
    send: (method, params = {}) => call(method, params, attached),
    events,
    close: async () => {
      child.kill();
      await exited;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
