import assert from 'node:assert/strict';
import { it } from 'node:test';
import { environment, kubectl, OPERATOR_NAMESPACE, RELEASE } from '../support/environment.ts';

it('the operator has no unnecessary permissions', async () => {
  const on = await environment();
  const account = `--as=system:serviceaccount:${OPERATOR_NAMESPACE}:${RELEASE}`;
  const can = (...what: string[]) =>
    kubectl(on, ['--namespace', 'default', 'auth', 'can-i', ...what, account]).catch(() => 'no');
  for (const what of [
    'get secrets',
    'list configmaps',
    'create pods',
    'delete pods',
    'update loadtests',
    'create pods/exec',
  ]) {
    assert.match(await can(...what.split(' ')), /^no/, what);
  }
  assert.match(await can('create', 'jobs'), /^yes/);
});
