import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { stringify } from 'yaml';
import { testsToRun } from '../../../../cli/given/tests-to-run.ts';
import { validateText } from '../../../../cli/input/validate.ts';

const directory = mkdtempSync(join(tmpdir(), 'loadtest-given-'));
after(() => rmSync(directory, { recursive: true }));
const written = (name: string, ...documents: (object | string)[]) => {
  const path = join(directory, name);
  writeFileSync(path, documents.map((d) => (typeof d === 'string' ? d : stringify(d))).join('---\n'));
  return path;
};
const surroundings = {
  env: { PASSWORD: 'from-env' },
  readFile: (path: string) => readFileSync(path),
  writeFile: (path: string, text: string) => writeFileSync(path, text),
};

const test = (name: string, spec: object = {}, target: object = {}) => ({
  apiVersion: 'loadtest.dev/v1alpha1',
  kind: 'LoadTest',
  metadata: { name },
  spec: {
    target: { url: 'http://shop.test', ...target },
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
    ...spec,
  },
});
const auth = { auth: { type: 'Basic', basic: { secretRef: { name: 'login' } } } };
const login = (password: string) => ({
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' } },
  stringData: { username: 'u', password },
});

type Options = { secrets?: string[]; script?: string; data?: string; set?: string[] };

/** Prepares files; returns the names of the tests with their values, or the problems. */
async function prepare(files: string[], { set = [], secrets = [], ...given }: Options = {}) {
  const prepared = await testsToRun({ files, set, given: { secrets, ...given } }, surroundings);
  if ('problems' in prepared) return prepared.problems.map((p) => p.replaceAll(`${directory}/`, ''));
  return prepared.tests.map(({ test, values }) => [
    test.metadata.name,
    ...[...values].map(([path, value]) => `${path}=${value}`),
  ]);
}

describe('values of the command line', () => {
  const own = written('own.yaml', login('in-file'), test('a', {}, auth));
  const without = written('without.yaml', test('a', {}, auth));

  const rows: [title: string, secret: string, password: string][] = [
    ['itself', 'login.password=p=q', 'p=q'],
    ['of the environment', 'login.password=env:PASSWORD', 'from-env'],
    ['of a file', `login.password=file:${written('password', 'from-file')}`, 'from-file'],
    ['that is empty', 'login.password=', ''],
  ];
  for (const [title, secret, password] of rows)
    it(`a secret value ${title} outweighs that of the file`, async () => {
      const expected = ['a', 'Secret/login/username=u', `Secret/login/password=${password}`];
      assert.deepEqual(await prepare([own], { secrets: [secret] }), [expected]);
      assert.deepEqual(await prepare([without], { secrets: ['login.username=u', secret] }), [expected]);
    });

  it('a missing one is named with the option that gives it', async () => {
    const [problem] = await prepare([without], { secrets: ['login.username=u'] });
    assert.match(String(problem), /key "password" of Secret "login".*--secret login\.password=env:VARIABLE/);
  });

  const wrong: [secret: string, problem: string][] = [
    ['hunter2', '--secret must be NAME.KEY=VALUE, NAME.KEY=env:VARIABLE or NAME.KEY=file:PATH'],
    ['login.password=env:NONE', '--secret login.password: the environment has no NONE'],
    ['tls.tls.crt=file:none', '--secret tls.tls.crt: none cannot be read: no such file or directory'],
  ];
  for (const [secret, problem] of wrong)
    it(`--secret ${secret} is refused`, async () =>
      assert.deepEqual(await prepare([without], { secrets: [secret] }), [problem]));

  it('a script and data of files need no ConfigMap', async () => {
    const script = written('own script.js', 'export const request = () => ({});');
    const data = written('rows.csv', 'sku\na1\n');
    const requests = [{ name: 'r', path: '/${data.sku}' }];
    assert.deepEqual(await prepare([written('data.yaml', test('a', { requests }))], { data }), [
      ['a', 'ConfigMap/given/rows.csv=sku\na1\n'],
    ]);
    assert.deepEqual(await prepare([written('script.yaml', test('a'))], { script }), [
      ['a', 'ConfigMap/given/own_script.js=export const request = () => ({});'],
    ]);
  });

  it('data must be CSV or JSON by its name, and a script must be valid', async () => {
    const [problem] = await prepare([own], { data: written('rows.txt', '') });
    assert.equal(problem, '--data rows.txt: must end in .csv or .json');
    assert.match(String(await prepare([own], { script: written('broken.js', 'export const = 1;') })), /broken\.js/);
  });
});

describe('several files', () => {
  const [a, b] = [written('a.yaml', test('a', {}, auth)), written('b.yaml', test('b', {}, auth), login('p'))];
  const secrets = written('secrets.yaml', login('s'));
  const values = (password: string) => ['Secret/login/username=u', `Secret/login/password=${password}`];

  it('run in turn and share their Secrets', async () =>
    assert.deepEqual(await prepare([a, b]), [
      ['a', ...values('p')],
      ['b', ...values('p')],
    ]));
  it('may have no LoadTest but Secrets', async () =>
    assert.deepEqual(await prepare([a, secrets]), [['a', ...values('s')]]));
  const unread: [file: string, hint: string][] = [
    ['localhost', '; did you mean http://localhost?'],
    ['localhost:8080/a', '; did you mean http://localhost:8080/a?'],
    ['shop:80', '; did you mean http://shop:80?'],
    ['shop.test/items?a=b', '; did you mean http://shop.test/items?a=b?'],
    ['127.0.0.1:8080', '; did you mean http://127.0.0.1:8080?'],
    ['checkout.yaml', ''],
    ['tests/checkout.json', ''],
    ['checkout', ''],
  ];
  for (const [file, hint] of unread)
    it(`${file} that is none ${hint === '' ? 'is no URL' : 'may be a URL'}`, async () =>
      assert.deepEqual(await prepare([file]), [`${file} cannot be read: no such file or directory${hint}`]));

  it('are all read before any problem is reported', async () => {
    const bad = written('bad.yaml', test('c', { load: { type: 'Fast' } }));
    const problems = await prepare([bad, join(directory, 'none.yaml'), bad]);
    assert.deepEqual(problems, ['none.yaml cannot be read: no such file or directory']);
    assert.equal((await prepare([bad, a, bad])).filter((p) => /spec\.load\.type/.test(String(p))).length, 2);
  });
});

it('the LoadTest of a URL is written without its secret values, and is valid', async () => {
  const save = join(directory, 'saved.yaml');
  const options = { header: ['Authorization: env:PASSWORD'], body: '{}', rate: '5' };
  const prepared = await testsToRun(
    { url: 'http://shop.test/a', options, save, set: [], given: { secrets: [] } },
    surroundings,
  );
  assert.ok('tests' in prepared, JSON.stringify(prepared));
  const text = readFileSync(save, 'utf8');
  assert.match(text, /^# loadtest run \S*saved\.yaml --secret headers\.authorization=env:PASSWORD\n/);
  assert.doesNotMatch(text, /from-env/);
  assert.deepEqual(validateText(text, save).problems, []);
  const again = await testsToRun(
    { files: [save], set: [], given: { secrets: ['headers.authorization=env:PASSWORD'] } },
    surroundings,
  );
  assert.ok('tests' in again, JSON.stringify(again));
  const [first, second] = [prepared, again].map(({ tests }) => tests.map(({ test, values }) => ({ test, values })));
  assert.deepEqual(second, first);
});

it('rows of the command line fill the variables of a URL, and the saved file says so', async () => {
  const data = written('log.csv', 'method,url\nGET,/a\n');
  const save = join(directory, 'saved.yaml');
  const url = 'http://shop.test/v1/${data.url}';
  const toRun = { url, options: { method: '${data.method}' }, set: [], save };
  const prepared = await testsToRun({ ...toRun, given: { secrets: [], data } }, surroundings);
  assert.ok('tests' in prepared, JSON.stringify(prepared));
  const [request] = prepared.tests[0]!.test.spec.requests;
  assert.deepEqual([request!.method, request!.path], ['${data.method}', '/v1/${data.url}']);
  assert.ok(readFileSync(save, 'utf8').startsWith(`# loadtest run ${save} --data ${data}\n`));
  assert.deepEqual(await testsToRun({ ...toRun, given: { secrets: [] } }, surroundings), {
    problems: ['spec.data: must be set for requests that use ${data.column}'],
  });
});
