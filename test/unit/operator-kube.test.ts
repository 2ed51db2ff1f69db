import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { applyStatus, create, remove } from '../../operator/kube/api.ts';
import { type ApiError, KubeClient } from '../../operator/kube/client.ts';
import { SharedKubeConfig } from '../../operator/kube/config.ts';
import { Informer } from '../../operator/kube/informer.ts';
import { jobs, loadTests } from '../../operator/kube/paths.ts';
import type { KubeObject } from '../../operator/kube/types.ts';

type Answer = { code: number; body: unknown };
type Asked = { method: string; url: URL; headers: IncomingMessage['headers']; body: unknown };

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An API server on loopback that answers as `answer` says; undefined keeps a watch open, to which `say` sends events. */
async function apiServer(answer: (asked: Asked) => Answer | undefined) {
  const asked: Asked[] = [];
  let connections = 0;
  let watch: ServerResponse | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '', 'http://api');
    const call = { method: request.method ?? '', url, headers: request.headers, body: text && JSON.parse(text) };
    asked.push(call);
    const made = answer(call);
    response.writeHead(made?.code ?? 200, { 'content-type': 'application/json' });
    if (made !== undefined) response.end(JSON.stringify(made.body));
    else {
      watch = response;
      response.flushHeaders();
    }
  });
  server.on('connection', () => connections++);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const config = new SharedKubeConfig();
  const { port } = server.address() as AddressInfo;
  config.loadFromClusterAndUser(
    { name: 'test', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'test', token: 'secret' },
  );
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => config.close(),
  );
  return {
    asked,
    client: new KubeClient(config),
    connections: () => connections,
    say: (event: unknown) => watch?.write(`${JSON.stringify(event)}\n`),
    hangUp: () => watch?.end(),
  };
}

const status = (code: number, reason: string) => ({
  code,
  body: { kind: 'Status', reason, message: `it is ${reason}` },
});
const ref = { namespace: 'shop', name: 'checkout', uid: 'u' };

describe('calls to the API server', () => {
  it('share their connections', async () => {
    const { client, connections, asked } = await apiServer(() => ({ code: 200, body: {} }));
    for (let i = 0; i < 10; i++) await client.call({ method: 'GET', path: '/version' });
    assert.ok(connections() <= 2, `${connections()} connections`);
    assert.equal(asked[0]?.headers.authorization, 'Bearer secret');
  });

  it('fail with what the server says is wrong', async () => {
    const { client } = await apiServer(() => status(403, 'Forbidden'));
    await assert.rejects(client.call({ method: 'GET', path: '/x' }), (error: ApiError) => {
      assert.deepEqual([error.status, error.reason, error.message], [403, 'Forbidden', 'it is Forbidden']);
      return true;
    });
  });

  it('take what is there already, or gone already, for done', async () => {
    const there = await apiServer(() => status(409, 'AlreadyExists'));
    await create(there.client, jobs, { metadata: { namespace: 'shop' } });
    const gone = await apiServer(() => status(404, 'NotFound'));
    await remove(gone.client, jobs, ref);
    assert.equal(await applyStatus(gone.client, { kind: 'LoadTest', path: loadTests }, ref, {}), undefined);
    const broken = await apiServer(() => status(500, 'InternalError'));
    await assert.rejects(create(broken.client, jobs, { metadata: { namespace: 'shop' } }));
    await assert.rejects(remove(broken.client, jobs, ref));
  });

  it('delete and write only the very object that was meant', async () => {
    const { client, asked } = await apiServer(() => ({ code: 200, body: {} }));
    await remove(client, jobs, ref);
    await applyStatus(client, { kind: 'LoadTest', path: loadTests }, ref, { startTime: 'now' });
    const [deletion, write] = asked;
    assert.deepEqual(deletion?.body, { propagationPolicy: 'Background', preconditions: { uid: 'u' } });
    assert.equal(write?.url.pathname, '/apis/loadtest.dev/v1alpha1/namespaces/shop/loadtests/checkout/status');
    assert.equal(write?.headers['content-type'], 'application/apply-patch+yaml');
    assert.equal(write?.url.searchParams.get('force'), 'true');
    assert.deepEqual(write?.body, {
      apiVersion: 'loadtest.dev/v1alpha1',
      kind: 'LoadTest',
      metadata: { name: 'checkout', namespace: 'shop', uid: 'u' },
      status: { startTime: 'now' },
    });
  });
});

describe('an informer', () => {
  const object = (name: string, resourceVersion: string, team = 'a') => ({
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      resourceVersion,
      labels: { team },
      managedFields: [{ manager: 'x' }],
    },
  });
  const follow = async (client: KubeClient) => {
    const errors: string[] = [];
    const waiting: (() => void)[] = [];
    const informer = new Informer<KubeObject>({
      client,
      path: jobs,
      labelSelector: 'a=b',
      indexBy: (o) => o.metadata.labels?.team,
      onChange: () => {
        for (const wake of waiting.splice(0)) wake();
      },
      onError: (error) => errors.push(error.message),
    });
    closers.push(() => informer.stop());
    await informer.start();
    const changed = () => new Promise<void>((wake) => waiting.push(wake));
    return { informer, errors, changed, names: (team: string) => informer.indexed(team).map((o) => o.metadata.name) };
  };
  const list = (resourceVersion: string, ...items: unknown[]) => ({
    code: 200,
    body: { metadata: { resourceVersion }, items },
  });
  const isWatch = ({ url }: Asked) => url.searchParams.get('watch') === 'true';

  it('lists once, then follows from there, with bookmarks, and finds objects by their index', async () => {
    const server = await apiServer((asked) => (isWatch(asked) ? undefined : list('5', object('one', '4'))));
    const { informer, changed, names } = await follow(server.client);
    assert.equal(informer.get('shop', 'one')?.metadata.uid, 'one');
    assert.deepEqual(names('a'), ['one']);
    assert.equal('managedFields' in informer.get('shop', 'one')!.metadata, false);
    while (!server.asked.some(isWatch)) await new Promise((later) => setTimeout(later, 1));
    const { searchParams } = server.asked.find(isWatch)!.url;
    assert.deepEqual(
      ['resourceVersion', 'allowWatchBookmarks', 'labelSelector'].map((name) => searchParams.get(name)),
      ['5', 'true', 'a=b'],
    );
    let next = changed();
    server.say({ type: 'ADDED', object: object('two', '6', 'b') });
    await next;
    assert.deepEqual([names('a'), names('b')], [['one'], ['two']]);
    next = changed();
    server.say({ type: 'DELETED', object: object('one', '7') });
    await next;
    assert.deepEqual([names('a'), informer.list().length], [[], 1]);
  });

  it('lists page by page, and keeps what is read of an object', async () => {
    const pages: Record<string, unknown> = {
      '': { metadata: { resourceVersion: '5', continue: 'more' }, items: [object('one', '4')] },
      more: { metadata: { resourceVersion: '5' }, items: [{ ...object('two', '3'), spec: { much: 'text' } }] },
    };
    const page = (asked: Asked) => pages[asked.url.searchParams.get('continue') ?? ''];
    const server = await apiServer((asked) => (isWatch(asked) ? undefined : { code: 200, body: page(asked) }));
    const keep = (o: KubeObject & { spec?: unknown }) => {
      o.spec = 'slim';
    };
    const informer = new Informer<KubeObject & { spec?: unknown }>({
      client: server.client,
      path: jobs,
      keep,
      onChange: () => {},
      onError: (error) => assert.fail(error),
    });
    closers.push(() => informer.stop());
    await informer.start();
    assert.deepEqual(
      informer.list().map((o) => [o.metadata.name, o.spec, 'managedFields' in o.metadata]),
      [
        ['one', 'slim', false],
        ['two', 'slim', false],
      ],
    );
    assert.deepEqual(
      server.asked.filter((asked) => !isWatch(asked)).map(({ url }) => Number(url.searchParams.get('limit')) > 0),
      [true, true],
    );
  });

  it('begins again after an error, where a plain informer of the library ends', async () => {
    let refused = 0;
    const server = await apiServer((asked) => {
      if (isWatch(asked)) return undefined;
      return refused++ === 0 ? status(500, 'InternalError') : list('5', object('one', '4'));
    });
    const { informer, errors } = await follow(server.client);
    assert.deepEqual(errors, ['it is InternalError']);
    assert.equal(informer.list().length, 1);
  });

  it('lists anew when its place in the history is gone', async () => {
    let lists = 0;
    const server = await apiServer((asked) => {
      if (!isWatch(asked)) return lists++ === 0 ? list('5', object('one', '4')) : list('50', object('two', '40'));
      return asked.url.searchParams.get('resourceVersion') === '5' ? status(410, 'Expired') : undefined;
    });
    const { informer, names, changed } = await follow(server.client);
    if (informer.get('shop', 'two') === undefined) await changed();
    while (informer.get('shop', 'two') === undefined) await changed();
    assert.deepEqual(names('a'), ['two']);
    assert.equal(informer.get('shop', 'one'), undefined);
  });
});
