import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { API_VERSION, LOAD_TEST, SCHEDULED_LOAD_TEST } from '../../api/common/group.ts';
import { validateText } from '../../cli/input/validate.ts';
import { yamlText } from '../../render/yaml-text.ts';
import type { ApiResponse, Cause } from '../cluster/api-client.ts';
import {
  FULL_STATUS,
  GOOD_LOAD_TEST,
  GOOD_SCHEDULED_LOAD_TEST,
  GOOD_SPECS,
  type Manifest,
  withFields,
} from '../support/specs/good-specs.ts';
import { WRONG_LOAD_TESTS, WRONG_SCHEDULED_LOAD_TESTS } from '../support/specs/wrong-specs.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

const pathOf = (manifest: Manifest) =>
  `/apis/${API_VERSION}/namespaces/default/${manifest.kind === LOAD_TEST.kind ? LOAD_TEST.plural : SCHEDULED_LOAD_TEST.plural}`;

/** As `kubectl apply` does with a new object: unknown fields are errors. */
const create = (manifest: Manifest, dryRun = true): Promise<ApiResponse> =>
  server.call({
    method: 'POST',
    path: pathOf(manifest),
    query: { fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) },
    body: manifest,
  });

/**
 * The fields that a rejection names. Decoding finds an unknown field before validation and names it only in the message:
 * `strict decoding error: unknown field "spec.x"`.
 */
function causesOf({ body }: ApiResponse): Cause[] {
  const unknown = [...messageOf(body).matchAll(/unknown field "([^"]+)"/g)];
  return [...unknown.map(([message, field]) => ({ field: field!, message })), ...(body.details?.causes ?? [])];
}

const messageOf = (body: ApiResponse['body']): string => body.message ?? '';

describe('the API server rejects', () => {
  for (const { what, manifest, path, serverMessage } of [...WRONG_LOAD_TESTS, ...WRONG_SCHEDULED_LOAD_TESTS])
    it(`${manifest.kind}: ${what}`, async () => {
      const response = await create(manifest);
      assert.ok(response.code === 422 || response.code === 400, `${response.code}`);
      const causes = causesOf(response).filter((cause) => cause.field === path);
      assert.ok(causes.length > 0, `names ${JSON.stringify(causesOf(response))}, not ${path}`);
      assert.ok(
        causes.some(({ message = '' }) => message.includes(serverMessage)),
        `${causes.map((cause) => cause.message).join('\n')}\nshould contain ${serverMessage}`,
      );
    });
});

describe('the API server accepts, with the same defaults as zod,', () => {
  for (const [what, manifest] of GOOD_SPECS)
    it(what, async () => {
      const { code, body } = await create(manifest);
      assert.equal(code, 201, messageOf(body));
      const [document] = validateText(yamlText(manifest), 'good.yaml').documents;
      const ours =
        document?.kind === 'LoadTest' ? document.test : document?.kind === 'ScheduledLoadTest' && document.scheduled;
      assert.ok(ours);
      assert.deepEqual(body.spec, ours.spec);
    });
});

const named = (name: string, manifest: Manifest = GOOD_LOAD_TEST): Manifest => ({ ...manifest, metadata: { name } });

const patch = (manifest: Manifest, body: unknown, subresource = ''): Promise<ApiResponse> =>
  server.call({
    method: 'PATCH',
    path: `${pathOf(manifest)}/${manifest.metadata.name}${subresource}`,
    query: { fieldValidation: 'Strict' },
    contentType: 'application/merge-patch+json',
    body,
  });

describe('the spec of a LoadTest', () => {
  it('may change before the start', async () => {
    const manifest = named('waiting');
    await create(manifest, false);
    const { code } = await patch(manifest, { spec: { runners: { replicas: 2 } } });
    assert.equal(code, 200);
  });

  const started = async (name: string): Promise<Manifest> => {
    const manifest = withFields(named(name), { 'spec.runners.template.labels': { team: 'shop' } });
    const created = await create(manifest, false);
    assert.equal(created.code, 201, messageOf(created.body));
    const written = await patch(manifest, { status: { startTime: '2026-01-01T00:00:00Z' } }, '/status');
    assert.equal(written.code, 200, messageOf(written.body));
    return manifest;
  };

  const changes: [what: string, change: Record<string, unknown>][] = [
    ['the target', { target: { timeout: '3s' } }],
    ['the load', { load: { open: { seed: 8 } } }],
    ['the runners', { runners: { replicas: 2 } }],
    ['a map', { runners: { template: { labels: { team: 'cart' } } } }],
    ['the thresholds', { thresholds: [] }],
    ['removed thresholds', { thresholds: null }],
    ['suspend', { suspend: true }],
  ];
  for (const [what, change] of changes)
    it(`is immutable after the start: ${what}`, async () => {
      const manifest = await started(`started-${changes.findIndex(([w]) => w === what)}`);
      const { code, body } = await patch(manifest, { spec: change });
      assert.equal(code, 422, 'the change went through');
      assert.match(messageOf(body), /spec is immutable once the test has started or ended; create a new LoadTest/);
    });

  it('is immutable after the start: the JSON of a body', async () => {
    const manifest = await started('started-json');
    const changed = withFields(manifest, { 'spec.requests[0].body.json.qty': 3 });
    const { code, body } = await patch(manifest, {
      spec: { requests: (changed.spec as { requests: unknown }).requests },
    });
    assert.equal(code, 422, 'the change went through');
    assert.match(messageOf(body), /spec is immutable/);
  });

  it('is immutable after an end without a start, because a correction would never run', async () => {
    const manifest = named('ended');
    await create(manifest, false);
    await patch(manifest, { status: { completionTime: '2026-01-01T00:00:00Z' } }, '/status');
    const { code, body } = await patch(manifest, { spec: { target: { timeout: '3s' } } });
    assert.equal(code, 422, 'the change went through');
    assert.match(messageOf(body), /spec is immutable once the test has started or ended/);
  });

  it('allows changes of ttlSecondsAfterFinished and labels after the start', async () => {
    const manifest = await started('started-ttl');
    const { code, body } = await patch(manifest, {
      metadata: { labels: { a: 'b' } },
      spec: { ttlSecondsAfterFinished: 1 },
    });
    assert.equal(code, 200, messageOf(body));
  });
});

describe('the status', () => {
  for (const [manifest, status] of FULL_STATUS)
    it(`of a ${manifest.kind} accepts everything that the operator writes, and returns it unchanged`, async () => {
      const object = named('with-status', manifest);
      await create(object, false);
      const { code, body } = await patch(object, { status }, '/status');
      assert.equal(code, 200, messageOf(body));
      assert.deepEqual(body.status, status);
    });

  it('cannot be written with the spec', async () => {
    const manifest = named('only-spec');
    await create({ ...manifest, status: FULL_STATUS[0]![1] } as Manifest, false);
    const { body } = await server.call({ method: 'GET', path: `${pathOf(manifest)}/only-spec` });
    assert.equal(body.status, undefined);
  });

  it('merges conditions by their type under server-side apply', async () => {
    const manifest = named('conditions');
    await create(manifest, false);
    const apply = (fieldManager: string, type: string) =>
      server.call({
        method: 'PATCH',
        path: `${pathOf(manifest)}/conditions/status`,
        query: { fieldManager },
        contentType: 'application/apply-patch+yaml',
        body: {
          ...manifest,
          spec: undefined,
          status: {
            conditions: [
              { type, status: 'True', reason: 'R', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
            ],
          },
        },
      });
    await apply('one', 'Accepted');
    const { body } = await apply('two', 'Ready');
    const { conditions } = body.status as { conditions: { type: string }[] };
    assert.deepEqual(
      conditions.map((c) => c.type),
      ['Accepted', 'Ready'],
    );
  });
});

describe('kubectl get', () => {
  const table = async (manifest: Manifest) => {
    const { body } = await server.call({
      method: 'GET',
      path: `${pathOf(manifest)}/${manifest.metadata.name}`,
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    const columns = body.columnDefinitions as { name: string; priority: number }[];
    const [row] = body.rows as { cells: unknown[] }[];
    return Object.fromEntries(columns.map((column, i) => [column.name, row!.cells[i]]));
  };

  it('shows the result of a LoadTest', async () => {
    const manifest = named('shown');
    await create(manifest, false);
    await patch(manifest, { status: FULL_STATUS[0]![1] }, '/status');
    const { Age, ...cells } = await table(manifest);
    assert.ok(Age);
    assert.deepEqual(cells, {
      Name: 'shown',
      Status: 'Finished',
      Runners: 4,
      Rate: '499.8',
      Capacity: 1788.2,
      P99: '88ms',
      Errors: '0.033%',
      Passed: 'True',
      Target: 'http://checkout.shop.svc:8080/api',
    });
  });

  it('shows a ScheduledLoadTest', async () => {
    const manifest = named('shown', GOOD_SCHEDULED_LOAD_TEST);
    await create(manifest, false);
    await patch(manifest, { status: FULL_STATUS[1]![1] }, '/status');
    const { Age, 'Last Schedule': last, ...cells } = await table(manifest);
    assert.ok(Age);
    assert.match(String(last), /^\d+/);
    assert.deepEqual(cells, {
      Name: 'shown',
      Schedule: '30 2 * * MON-FRI',
      Timezone: 'Europe/Zurich',
      Suspend: false,
      Active: 'nightly-29661750',
      'Last Result': 'True',
      P99: '88ms',
      Capacity: 1830,
      Regressed: 'False',
      Release: 'v42',
      'Next Schedule': '2026-05-25T02:30:00Z',
      'Last Reason': 'Unchanged',
    });
  });

  it('accepts the short names and the category', async () => {
    const { body } = await server.call({ method: 'GET', path: `/apis/${API_VERSION}` });
    const resources = body.resources as { name: string; shortNames?: string[]; categories?: string[] }[];
    const find = (name: string) => resources.find((r) => r.name === name);
    assert.deepEqual(find(LOAD_TEST.plural)?.shortNames, ['lt']);
    assert.deepEqual(find(SCHEDULED_LOAD_TEST.plural)?.shortNames, ['slt']);
    assert.deepEqual(find(LOAD_TEST.plural)?.categories, ['loadtesting']);
  });
});
