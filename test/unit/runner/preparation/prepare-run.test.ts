import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareRun } from '../../../../runner/preparation/prepare-run.ts';
import { shares } from '../../../../runner/workers/worker-pool.ts';
import { realSpec } from '../../../support/real-load.ts';

const URL = 'http://127.0.0.1:1/';
const DENIED = { target: { url: 'http://169.254.169.254/' } };
const DATA = {
  data: { from: { configMapKeyRef: { name: 'users', key: 'csv' } }, format: 'CSV' },
  requests: [{ name: 'a', path: '/${data.id}' }],
};
const SCRIPT = { script: { configMapKeyRef: { name: 'hooks', key: 'js' } } };
const ROWS_WITHOUT_ID = Buffer.from('name\nada\n');
const BROKEN = Buffer.from('export const setup = (');
const SETUP_THROWS = Buffer.from('export const setup = () => { throw new Error("no account"); };');
const REQUEST_IS_A_NUMBER = Buffer.from('export const request = 7;');

type Row = [name: string, spec: object, values: Record<string, Buffer>, reason: string, problem: RegExp];
const ROWS: Row[] = [
  ['a denied address', DENIED, {}, 'AddressDenied', /^target[.]url: 169/],
  [
    'a denied address before data without a column',
    { ...DENIED, ...DATA },
    { 'ConfigMap/users/csv': ROWS_WITHOUT_ID },
    'AddressDenied',
    /^target[.]url: 169/,
  ],
  [
    'data without a column before a broken script',
    { ...DATA, ...SCRIPT },
    { 'ConfigMap/users/csv': ROWS_WITHOUT_ID, 'ConfigMap/hooks/js': BROKEN },
    'RunnerFailed',
    /^data: key "csv" of ConfigMap "users" has no column "id"/,
  ],
  ['a broken script', SCRIPT, { 'ConfigMap/hooks/js': BROKEN }, 'ScriptInvalid', /^script: js:1: SyntaxError/],
  ['a setup that throws', SCRIPT, { 'ConfigMap/hooks/js': SETUP_THROWS }, 'SetupFailed', /^setup: .*no account/],
  [
    'an export that is not a function',
    SCRIPT,
    { 'ConfigMap/hooks/js': REQUEST_IS_A_NUMBER },
    'ScriptInvalid',
    /^script: export request is not a function/,
  ],
];
for (const [name, spec, values, reason, problem] of ROWS) {
  test(`the preparation of a run rejects ${name} with ${reason}`, async () => {
    const prepared = await prepare(spec, values);
    assert.ok('problem' in prepared);
    assert.equal(prepared.reason, reason);
    assert.match(prepared.problem, problem);
  });
}

test('a run that is interrupted before its preparation reports the interrupt and not the first problem', async () => {
  assert.deepEqual(await prepare(DENIED, {}, AbortSignal.abort()), {
    reason: 'Interrupted',
    problem: 'interrupted before the load began',
  });
});

test('a prepared run has a worker per task, and a script only if the test has one', async () => {
  const prepared = await prepare({}, {});
  assert.ok('pool' in prepared);
  assert.equal(prepared.script, undefined);
  prepared.pool.done.catch(() => {}); // a closed pool has no final snapshots
  await prepared.pool.close();
});

function prepare(
  spec: object,
  values: Record<string, Buffer>,
  interrupt?: AbortSignal,
  write: (line: string) => void = () => {},
) {
  const test = { namespace: 'n', name: 't', uid: 'u' };
  const assignment = { test, index: 0, replicas: 1, spec: realSpec({ target: { url: URL }, ...spec }) };
  return prepareRun(shares(assignment, 1), new Map(Object.entries(values)), {
    print: () => {},
    write,
    ...(interrupt && { interrupt }),
  });
}

/** A script with a Secret of two lines. */
const withSecret = (source: string, write?: (line: string) => void) =>
  prepare(
    {
      script: {
        ...SCRIPT.script,
        env: [{ name: 'PEM', valueFrom: { secretKeyRef: { name: 's', key: 'pem' } } }],
      },
    },
    { 'ConfigMap/hooks/js': Buffer.from(source), 'Secret/s/pem': Buffer.from('BEGIN KEY 1234567\nSECOND LINE 890\n') },
    undefined,
    write,
  );

test('what a script throws comes without secrets, in any form, and control characters', async () => {
  const prepared = await withSecret(
    `export const setup = ({ env }) => { throw new Error('\u001b[2J' + JSON.stringify(env.PEM) + btoa('a' + env.PEM)); };`,
  );
  assert.ok('problem' in prepared);
  assert.equal(prepared.problem, 'setup: js:1: Error: \ufffd[2J"***"Y***');
});

test('what a script writes comes without secrets, each line of them, and control characters', async () => {
  const written: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const prepared = await withSecret(
    `export const setup = ({ env }) => console.log('\u001b[2Jkey', env.PEM + '.');
     export const teardown = () => {};`,
    (line) => {
      if (written.push(line) === 3) resolve();
    },
  );
  assert.ok('pool' in prepared);
  await promise;
  assert.deepEqual(written, ['\ufffd[2Jkey ***', '***', '.']);
  await prepared.script?.tearDown();
  prepared.pool.done.catch(() => {});
  await prepared.pool.close();
});
