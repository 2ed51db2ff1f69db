import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { Notifier, type Undelivered } from '../../../../operator/notifications/notifier.ts';
import { signatureHeaders } from '../../../../operator/notifications/signature.ts';
import { type Webhook, webhooksSchema } from '../../../../operator/runtime/webhook.ts';
import { at, loadTest, NOW } from '../../../support/operator/operator-fixtures.ts';

type Received = { path: string; headers: IncomingHttpHeaders; body: string };

/** Runs `use` with a receiver that responds with `statuses` by path in turn, and with a notifier of its webhooks. */
async function withReceiver(
  statuses: Record<string, number[]>,
  webhooks: Partial<Webhook>[],
  use: (notifier: Notifier, received: Received[], logged: string[]) => Promise<void>,
) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    received.push({ path, headers: request.headers, body: await text(request) });
    const count = received.filter((r) => r.path === path).length;
    response.writeHead(statuses[path]?.[count - 1] ?? 200, { location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  const configured = webhooks.map((webhook) => {
    const { name } = webhook;
    mkdirSync(join(folder, name!));
    writeFileSync(join(folder, name!, 'url'), `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}\n`);
    writeFileSync(join(folder, name!, 'key'), 'a-key\n');
    return { folder: join(folder, name!), ...webhook };
  });
  const logged: string[] = [];
  const log = { info: () => {}, warn: (...line: unknown[]) => void logged.push(JSON.stringify(line)), error: () => {} };
  const notifier = new Notifier({
    webhooks: webhooksSchema.parse(configured),
    now: () => NOW,
    log,
    wait: async () => {},
  });
  try {
    await use(notifier, received, logged);
  } finally {
    notifier.stop();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

const { metadata, spec } = loadTest();
const OCCASION = { type: 'Completed', metadata, spec, status: { completionTime: at(0) } } as const;

function delivered(
  notifier: Notifier,
  occasion: Parameters<Notifier['deliver']>[0] = OCCASION,
): Promise<Undelivered[]> {
  return new Promise((resolve) => notifier.deliver(occasion, resolve));
}

describe('a notifier', () => {
  it('sends to the webhooks that want a type, in the form of each, and signs CloudEvents', () =>
    withReceiver(
      {},
      [{ name: 'ci' }, { name: 'chat', format: 'Slack' }, { name: 'slow', types: ['Regressed'] }],
      async (notifier, received) => {
        assert.deepEqual([...notifier.wanted].sort(), ['Completed', 'Regressed', 'RunnersLost']);
        assert.deepEqual(await delivered(notifier), []);
        const [chat, ci] = received.toSorted((a, b) => (a.path < b.path ? -1 : 1));
        assert.deepEqual([received.length, chat!.path, ci!.path], [2, '/chat', '/ci']);
        assert.equal(chat!.headers['webhook-signature'], undefined);
        const { id } = JSON.parse(ci!.body);
        const expected = signatureHeaders('a-key', { id, nowMs: NOW, body: ci!.body });
        for (const [name, value] of Object.entries(expected)) assert.equal(ci!.headers[name], value);
      },
    ));

  it('repeats what a failing receiver did not take, with the same id, and holds no other back', () =>
    withReceiver({ '/ci': [500, 503] }, [{ name: 'ci' }, { name: 'other' }], async (notifier, received) => {
      assert.deepEqual(await delivered(notifier), []);
      const ids = received.filter(({ path }) => path === '/ci').map(({ body }) => JSON.parse(body).id);
      assert.equal(ids.length, 3);
      assert.equal(new Set(ids).size, 1);
      assert.equal(received.filter(({ path }) => path === '/other').length, 1);
    }));

  it('gives a refused one up with the reason, without the address in it, and follows no redirect', () =>
    withReceiver({ '/ci': [302] }, [{ name: 'ci' }], async (notifier, received, logged) => {
      assert.deepEqual(await delivered(notifier), [{ webhook: 'ci', reason: 'HTTP status 302' }]);
      assert.equal(received.length, 1);
      assert.equal(logged.length, 1);
      assert.doesNotMatch(logged[0]!, /127\.0\.0\.1/);
    }));

  it('gives up a webhook whose Secret has no URL', () =>
    withReceiver({}, [{ name: 'ci', folder: '/nowhere' }], async (notifier) => {
      const [undelivered] = await delivered(notifier);
      assert.match(undelivered!.reason, /^its Secret has no `url`/);
    }));

  it('delivers a notification that is under way once', () =>
    withReceiver({}, [{ name: 'ci' }], async (notifier, received) => {
      const first = delivered(notifier);
      notifier.deliver(OCCASION, () => assert.fail('was delivered twice'));
      await first;
      assert.equal(received.length, 1);
    }));

  it('settles nothing after a stop, so that the next operator delivers it', () =>
    withReceiver({ '/ci': [500] }, [{ name: 'ci' }], async (notifier, received) => {
      notifier.deliver(OCCASION, () => assert.fail('was settled'));
      notifier.stop();
      notifier.deliver(OCCASION, () => assert.fail('was settled'));
      await new Promise((resolve) => setImmediate(resolve));
      assert.ok(received.length <= 1);
    }));
});
