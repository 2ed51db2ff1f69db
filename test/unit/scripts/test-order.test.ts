import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Machine, partsOf, stagesOf } from '../../../scripts/test/order.ts';
import { TIERS } from '../../../scripts/test/tiers.ts';

describe('the tiers', () => {
  it('run one after another, except for those that wait, and neighbours share an environment', () => {
    const names = stagesOf(TIERS).map((groups) => groups.map((tiers) => tiers.map(({ name }) => name).join(', ')));
    assert.deepEqual(names, [['unit'], ['browser'], ['servers', 'integration'], ['e2e, chaos']]);
  });
});

describe('the files of a tier', () => {
  it('are run once each, in the part that they need', () => {
    const files = ['a', 'b', 'c', 'bc'];
    assert.deepEqual(partsOf({ quiet: /b/, alone: /c/ }, files), [['a'], ['b'], ['c', 'bc']]);
    assert.deepEqual(partsOf({}, files), [files, [], []]);
  });
});

describe('a machine', () => {
  /** Bodies that write when they begin and end; they end when told. */
  function bodies() {
    const seen: string[] = [];
    const ends = new Map<string, (error?: Error) => void>();
    const body = (name: string) => async () => {
      seen.push(`${name} begins`);
      await new Promise<void>((resolve, reject) =>
        ends.set(name, (error) => (error === undefined ? resolve() : reject(error))),
      );
      seen.push(`${name} ends`);
    };
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    const end = async (name: string, error?: Error) => {
      ends.get(name)!(error);
      await settled();
    };
    return { seen, body, end, settled };
  }

  it('runs what shares it at the same time, and the others one by one when it is free', async () => {
    const machine = new Machine();
    const { seen, body, end, settled } = bodies();
    const [a, b] = [machine.shared(body('a')), machine.shared(body('b'))];
    const [c, d] = [machine.alone(body('c')), machine.alone(body('d'))];
    await settled();
    for (const name of ['a', 'b', 'c', 'd']) await end(name);
    await Promise.all([a, b, c, d]);
    const alone = ['c begins', 'c ends', 'd begins', 'd ends'];
    assert.deepEqual(seen, ['a begins', 'b begins', 'a ends', 'b ends', ...alone]);
  });

  it('goes on after a failure, and what shares it waits for what does not', async () => {
    const machine = new Machine();
    const { seen, body, end, settled } = bodies();
    const failing = [machine.shared(body('a')), machine.alone(body('b'))];
    const rejected = Promise.all(failing.map((one) => assert.rejects(one, /broken/)));
    const last = machine.shared(body('c'));
    await settled();
    await end('a', new Error('broken'));
    await end('b', new Error('broken'));
    await end('c');
    await Promise.all([rejected, last]);
    assert.deepEqual(seen, ['a begins', 'b begins', 'c begins', 'c ends']);
  });
});
