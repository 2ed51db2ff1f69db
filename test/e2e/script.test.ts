import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCondition } from '../../api/status/conditions.ts';
import { useNamespace } from './support/namespace.ts';

const SCRIPT = `
const send = (url, body) => fetch(url, { method: 'POST', body });
export async function setup({ target }) {
  const { status } = await send(target + '/setup', 'begin');
  return { token: 'token-' + status };
}
export const request = ({ data, runner }) => ({ method: 'POST', path: '/load', body: [data.token, runner] });
export const check = ({ status }) => status === 200;
export async function teardown({ token }, { target }) {
  await send(target + '/teardown', token);
}
`;

describe('a script from a ConfigMap', () => {
  const ns = useNamespace('script');

  it('runs setup once, passes its result to every runner pod, and runs teardown after the last of them', async () => {
    const data = { 'hooks.js': SCRIPT };
    await ns.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'hooks' }, data });
    const { status } = await ns.runToEnd('scripted', {
      target: { url: ns.url('/scripted') },
      script: { configMapKeyRef: { name: 'hooks', key: 'hooks.js' } },
      load: { type: 'Open', open: { stages: [{ duration: '2s', rate: 20 }] } },
      runners: { replicas: 2 },
    });
    const complete = findCondition(status.conditions, 'Complete');
    assert.deepEqual([complete?.reason, complete?.message ?? ''], ['Finished', '']);
    assert.deepEqual([status.counts.done, status.counts.unexpected], [40, 0]);

    const [setup, load, teardown] = await Promise.all(
      ['setup', 'load', 'teardown'].map((step) => ns.received(`/scripted/${step}`)),
    );
    assert.deepEqual(setup?.bodies, { begin: 1 });
    assert.deepEqual(load?.bodies, { '["token-200",0]': 20, '["token-200",1]': 20 });
    assert.deepEqual(teardown?.bodies, { 'token-200': 1 });
    assert.ok(setup.lastAt < load.firstAt && load.lastAt < teardown.firstAt);
  });

  it('cannot fetch from a denied address, and the condition has the reason', async () => {
    const data = { 'hooks.js': `export const setup = () => fetch('http://169.254.169.254/latest');` };
    await ns.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'prying' }, data });
    await ns.start('prying', {
      target: { url: ns.url('/prying') },
      script: { configMapKeyRef: { name: 'prying', key: 'hooks.js' } },
      load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 20 }] } },
    });
    const { status } = await ns.waitFor('prying', 'Complete', 60);
    const complete = findCondition(status.conditions, 'Complete');
    assert.equal(complete?.reason, 'SetupFailed');
    assert.match(
      complete.message,
      /hooks\.js:1: TypeError: fetch failed \(169\.254\.169\.254 is in 169\.254\.0\.0\/16/,
    );
    assert.equal(await ns.received('/prying'), undefined);
  });
});
