import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import { prepareTests } from '../../../../cli/input/prepare-tests.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const loadTest = (spec: object = {}, metadata: object = { name: 'a' }) => ({
  apiVersion: 'loadtest.dev/v1alpha1',
  kind: 'LoadTest',
  metadata,
  spec: {
    target: { url: 'http://shop.test' },
    load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } },
    ...spec,
  },
});
const withAuth = (metadata?: object) =>
  loadTest(
    { target: { url: 'http://shop.test', auth: { type: 'Basic', basic: { secretRef: { name: 'login' } } } } },
    metadata,
  );
const secret = (keys: object, metadata: object = { name: 'login' }) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata,
  ...keys,
});
const nightly = {
  ...loadTest(),
  kind: 'ScheduledLoadTest',
  metadata: { name: 'nightly' },
  spec: { schedule: '30 3 * * *', loadTestTemplate: { spec: loadTest().spec } },
};
const login = secret({ stringData: { username: 'u', password: 'p' } });

/** Prepares a file with these documents. */
function prepare(documents: readonly unknown[], ...sets: string[]) {
  const text = documents.map((d) => (typeof d === 'string' ? d : stringify(d))).join('---\n');
  return prepareTests(text, 'f.yaml', sets, (prefix) => `${prefix}x1`);
}

function testsOf(...args: Parameters<typeof prepare>) {
  const result = prepare(...args);
  assert.ok('tests' in result, JSON.stringify(result));
  return result;
}

describe('a file to run', () => {
  it('yields every LoadTest in it, in order and with defaults', () => {
    const { tests } = testsOf([loadTest(), loadTest({}, { name: 'b' })]);
    assert.deepEqual(
      tests.map(({ test }) => [test.metadata.name, test.spec.target.timeout]),
      [
        ['a', '10s'],
        ['b', '10s'],
      ],
    );
  });

  it('can be JSON', () => assert.equal(testsOf([JSON.stringify(loadTest())]).tests.length, 1));

  it('can be a List, as kubectl prints it', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [login, withAuth()] };
    assert.equal(testsOf([list]).tests.length, 1);
  });

  it('can contain empty documents', () => assert.equal(testsOf(['# nothing\n', loadTest()]).tests.length, 1));

  it('yields a complete name for generateName', () => {
    assert.equal(testsOf([loadTest({}, { generateName: 'nightly-' })]).tests[0]?.test.metadata.name, 'nightly-x1');
  });

  it('loses the status of an earlier run', () => {
    assert.equal('status' in testsOf([{ ...loadTest(), status: { observedGeneration: 1 } }]).tests[0]!.test, false);
  });

  it('is validated after the overrides are applied', () => {
    const { tests } = testsOf(
      [loadTest({ target: { url: 'nonsense' } })],
      'target.url=http://b.test',
      'load.open.maxInFlight=50',
    );
    assert.deepEqual(
      [tests[0]?.test.spec.target.url, tests[0]?.test.spec.load.open?.maxInFlight],
      ['http://b.test', 50],
    );
  });

  it('yields a note for each skipped document', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' } };
    assert.deepEqual(testsOf([job, loadTest()]).notes, ['f.yaml: Job j is skipped: only LoadTests run here']);
  });
});

describe('the values of a spec', () => {
  const valuesOf = (...args: Parameters<typeof prepare>) =>
    Object.fromEntries([...testsOf(...args).tests[0]!.values].map(([path, value]) => [path, value.toString()]));
  const both = { 'Secret/login/username': 'u', 'Secret/login/password': 'p' };

  it('come from a Secret in the same file', () => assert.deepEqual(valuesOf([login, withAuth()]), both));

  it('are decoded from base64', () => {
    const encoded = secret({ data: { username: base64('u'), password: base64('p') } });
    assert.deepEqual(valuesOf([withAuth(), encoded]), both);
  });

  it('come from stringData when data has the key too', () => {
    const mixed = secret({ data: { username: base64('u'), password: base64('old') }, stringData: { password: 'p' } });
    assert.deepEqual(valuesOf([withAuth(), mixed]), both);
  });

  it('come from a ConfigMap, as text or bytes', () => {
    const header = (name: string, key: string) => ({ name, valueFrom: { configMapKeyRef: { name: 'c', key } } });
    const spec = { requests: [{ name: 'r', headers: [header('A', 'text'), header('B', 'bytes')] }] };
    const configMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
      data: { text: 'é' },
      binaryData: { bytes: base64('b') },
    };
    assert.deepEqual(valuesOf([loadTest(spec), configMap]), { 'ConfigMap/c/text': 'é', 'ConfigMap/c/bytes': 'b' });
  });
});

describe('a file is refused', () => {
  const missing = (key: string, namespace = 'default') =>
    `f.yaml:${namespace === 'default' ? 5 : 6}:1: LoadTest a: the spec refers to key "${key}" of Secret "login", but there is no such Secret in namespace ${namespace}: add it to the file as a separate document, or give it with --secret login.${key}=env:VARIABLE`;
  const cases: [string, Parameters<typeof prepare>, (string | RegExp)[]][] = [
    ['without a LoadTest', [[login]], ['f.yaml: it contains no LoadTest']],
    [
      'with a schedule only',
      [[nightly]],
      [
        'f.yaml: it contains no LoadTest; ScheduledLoadTest nightly runs in a cluster: loadtest trigger nightly creates a run of it there',
      ],
    ],
    ['that is empty', [['']], ['f.yaml: it contains no documents']],
    ['that is not YAML, with line and column', [['a: 1\nb: [\n']], [/^f\.yaml:3:1: Flow sequence/]],
    ['with a document that is not an object', [['just text\n']], ['f.yaml:1:1: must be an object']],
    [
      'with an unknown field',
      [[loadTest({ target: { url: 'http://a', colour: 'red' } })]],
      ['f.yaml:8:5: LoadTest a: spec.target.colour: unknown field'],
    ],
    [
      'with an unknown field set',
      [[loadTest()], 'load.open.speed=1'],
      ['f.yaml:10:5: LoadTest a: spec.load.open.speed: unknown field; did you mean seed?'],
    ],
    [
      'with an invalid value set',
      [[loadTest()], 'load.open.maxInFlight=many'],
      ['f.yaml:10:5: LoadTest a: spec.load.open.maxInFlight: must be a number'],
    ],
    [
      'with an override whose path does not fit',
      [[loadTest()], 'target[0]=1'],
      ['--set target[0]=1: target is an object'],
    ],
    [
      'with every invalid override',
      [[loadTest()], 'a', 'b'],
      ['--set a: must be PATH=VALUE', '--set b: must be PATH=VALUE'],
    ],
    ['without the Secret that it refers to', [[withAuth()]], [missing('username'), missing('password')]],
    [
      'with a password of two lines',
      [[withAuth(), secret({ stringData: { username: 'u', password: 'p\nx-run: 1' } })]],
      [
        'f.yaml:8:5: LoadTest a: target.auth: key "password" of Secret "login" has more than one line, which a header cannot have',
      ],
    ],
    [
      'with that Secret in another namespace',
      [[withAuth({ name: 'a', namespace: 'shop' }), login]],
      [missing('username', 'shop'), missing('password', 'shop')],
    ],
    [
      'with a Secret that lacks a key',
      [[withAuth(), secret({ stringData: { username: 'u' } })]],
      ['f.yaml:5:1: LoadTest a: the spec refers to key "password" of Secret "login", which has no such key'],
    ],
    [
      'with a Secret that is not base64',
      [[withAuth(), secret({ data: { username: '!' } })]],
      ['f.yaml:25:3: Secret login: data.username: must be base64'],
    ],
  ];
  for (const [name, args, expected] of cases) {
    it(name, () => {
      const result = prepare(...args);
      assert.ok('problems' in result);
      assert.equal(result.problems.length, expected.length, result.problems.join('\n'));
      for (const [i, one] of expected.entries()) {
        if (typeof one === 'string') assert.equal(result.problems[i], one);
        else assert.match(result.problems[i]!, one);
      }
    });
  }
});
