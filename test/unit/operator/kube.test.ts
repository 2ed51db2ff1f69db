import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyStatus, create, mustBeControlledBy, remove } from '../../../operator/kube/api.ts';
import type { ApiError, KubeClient } from '../../../operator/kube/client.ts';
import { Informer } from '../../../operator/kube/informer.ts';
import { jobs, loadTests } from '../../../operator/kube/paths.ts';
import type { KubeObject } from '../../../operator/kube/types.ts';
import { type ApiRequest, apiServer, closers, failure } from '../../support/operator/api-server.ts';

const ref = { namespace: 'shop', name: 'checkout', uid: 'u' };

describe('calls to the API server', () => {
  it('share their connections', async () => {
    const { client, connections, requests } = await apiServer(() => ({ code: 200, body: {} }));
    for (let i = 0; i < 10; i++) await client.call({ method: 'GET', path: '/version' });
    assert.ok(connections() <= 2, `${connections()} connections`);
    assert.equal(requests[0]?.headers.authorization, 'Bearer secret');
  });

  it('fail with the reason and message of the server', async () => {
    const { client } = await apiServer(() => failure(403, 'Forbidden'));
    await assert.rejects(client.call({ method: 'GET', path: '/x' }), (error: ApiError) => {
      assert.deepEqual([error.status, error.reason, error.message], [403, 'Forbidden', 'it is Forbidden']);
      return true;
    });
  });

  it('succeed when the object already exists on creation, or is already gone on deletion', async () => {
    const existing = await apiServer(() => failure(409, 'AlreadyExists'));
    assert.equal(await create(existing.client, jobs, { metadata: { namespace: 'shop' } }), false);
    const missing = await apiServer(() => failure(404, 'NotFound'));
    await remove(missing.client, jobs, ref);
    assert.equal(await applyStatus(missing.client, { kind: 'LoadTest', path: loadTests }, ref, {}), undefined);
    const broken = await apiServer(() => failure(500, 'InternalError'));
    await assert.rejects(create(broken.client, jobs, { metadata: { namespace: 'shop' } }));
    await assert.rejects(remove(broken.client, jobs, ref));
  });

  it('do not mistake a conflict over a quota for an existing object', async () => {
    const quota = await apiServer(() =>
      failure(409, 'Conflict', 'Operation cannot be fulfilled on resourcequotas "small"'),
    );
    await assert.rejects(create(quota.client, jobs, { metadata: { namespace: 'shop' } }), /resourcequotas "small"/);
  });

  const owners: [owner: string, items: unknown[], refusal: RegExp | undefined][] = [
    ['the caller', [{ metadata: { ownerReferences: [{ uid: 'u', controller: true }] } }], undefined],
    ['another object', [{ metadata: { ownerReferences: [{ uid: 'v', controller: true }] } }], /made by somebody else/],
    ['none', [{ metadata: {} }], /made by somebody else/],
    ['the caller, though not as controller', [{ metadata: { ownerReferences: [{ uid: 'u' }] } }], /somebody else/],
    ['unknown, because the object is gone', [], /is gone now/],
  ];
  for (const [owner, items, refusal] of owners)
    it(`check the owner of an existing object: ${owner}`, async () => {
      const { client, requests } = await apiServer(() => ({ code: 200, body: { items } }));
      const check = mustBeControlledBy(client, jobs, { namespace: 'shop', name: 'checkout-1' }, 'u');
      await (refusal === undefined ? check : assert.rejects(check, refusal));
      assert.equal(requests[0]?.url.searchParams.get('fieldSelector'), 'metadata.name=checkout-1');
    });

  it('delete and write only the object with the given UID', async () => {
    const { client, requests } = await apiServer(() => ({ code: 200, body: {} }));
    await remove(client, jobs, ref);
    await applyStatus(client, { kind: 'LoadTest', path: loadTests }, ref, { startTime: 'now' });
    const [deletion, write] = requests;
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
  const isWatch = ({ url }: ApiRequest) => url.searchParams.get('watch') === 'true';

  it('lists once, watches from there with bookmarks, and finds objects by their index', async () => {
    const server = await apiServer((request) => (isWatch(request) ? undefined : list('5', object('one', '4'))));
    const { informer, changed, names } = await follow(server.client);
    assert.equal(informer.get('shop', 'one')?.metadata.uid, 'one');
    assert.deepEqual(names('a'), ['one']);
    assert.equal('managedFields' in informer.get('shop', 'one')!.metadata, false);
    while (!server.requests.some(isWatch)) await new Promise((later) => setTimeout(later, 1));
    const { searchParams } = server.requests.find(isWatch)!.url;
    assert.deepEqual(
      ['resourceVersion', 'allowWatchBookmarks', 'labelSelector'].map((name) => searchParams.get(name)),
      ['5', 'true', 'a=b'],
    );
    let next = changed();
    server.sendEvent({ type: 'ADDED', object: object('two', '6', 'b') });
    await next;
    assert.deepEqual([names('a'), names('b')], [['one'], ['two']]);
    next = changed();
    server.sendEvent({ type: 'DELETED', object: object('one', '7') });
    await next;
    assert.deepEqual([names('a'), informer.list().length], [[], 1]);
  });

  it('keeps every digit of an integer of 64 bits, listed and watched', async () => {
    const withSpec = (name: string) => ({ ...object(name, '4'), spec: { id: 8414239796945638123n } });
    const server = await apiServer((request) => (isWatch(request) ? undefined : list('5', withSpec('one'))));
    const { informer, changed } = await follow(server.client);
    while (!server.requests.some(isWatch)) await new Promise((later) => setTimeout(later, 1));
    const next = changed();
    server.sendEvent({ type: 'ADDED', object: withSpec('two') });
    await next;
    assert.deepEqual(
      informer.list().map((o) => (o as KubeObject & { spec?: object }).spec),
      [{ id: 8414239796945638123n }, { id: 8414239796945638123n }],
    );
  });

  it('lists page by page, and stores objects as `keep` reduces them', async () => {
    const pages: Record<string, unknown> = {
      '': { metadata: { resourceVersion: '5', continue: 'more' }, items: [object('one', '4')] },
      more: { metadata: { resourceVersion: '5' }, items: [{ ...object('two', '3'), spec: { much: 'text' } }] },
    };
    const page = (request: ApiRequest) => pages[request.url.searchParams.get('continue') ?? ''];
    const server = await apiServer((request) => (isWatch(request) ? undefined : { code: 200, body: page(request) }));
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
      server.requests
        .filter((request) => !isWatch(request))
        .map(({ url }) => Number(url.searchParams.get('limit')) > 0),
      [true, true],
    );
  });

  it('restarts after an error, unlike an informer of the client library', async () => {
    let refused = 0;
    const server = await apiServer((request) => {
      if (isWatch(request)) return undefined;
      return refused++ === 0 ? failure(500, 'InternalError') : list('5', object('one', '4'));
    });
    const { informer, errors } = await follow(server.client);
    assert.deepEqual(errors, ['it is InternalError']);
    assert.equal(informer.list().length, 1);
  });

  it('lists again when its resource version has expired', async () => {
    let lists = 0;
    const server = await apiServer((request) => {
      if (!isWatch(request)) return lists++ === 0 ? list('5', object('one', '4')) : list('50', object('two', '40'));
      return request.url.searchParams.get('resourceVersion') === '5' ? failure(410, 'Expired') : undefined;
    });
    const { informer, names, changed } = await follow(server.client);
    if (informer.get('shop', 'two') === undefined) await changed();
    while (informer.get('shop', 'two') === undefined) await changed();
    assert.deepEqual(names('a'), ['two']);
    assert.equal(informer.get('shop', 'one'), undefined);
  });
});
