import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { runController } from '../../../operator/runtime/controller.ts';
import { jsonLog } from '../../../operator/runtime/log.ts';
import { WorkQueue } from '../../../operator/runtime/work-queue.ts';

describe('the work queue', () => {
  let queue: WorkQueue;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    queue = new WorkQueue();
  });
  afterEach(() => {
    queue.stop();
    mock.timers.reset();
  });

  it('returns a key once, however often it was added', async () => {
    queue.add('a');
    queue.add('a');
    queue.add('b');
    assert.equal(queue.depth, 2);
    assert.deepEqual([await queue.next(), await queue.next()], ['a', 'b']);
    assert.equal(queue.depth, 0);
  });

  it('returns a key that is in progress only after it is done', async () => {
    queue.add('a');
    await queue.next();
    queue.add('a');
    assert.equal(queue.depth, 0);
    queue.done('a');
    assert.equal(await queue.next(), 'a');
  });

  it('adds a key after the shortest of its delays', () => {
    queue.addAfter('a', 1000);
    queue.addAfter('a', 100);
    queue.addAfter('a', 5000);
    mock.timers.tick(99);
    assert.equal(queue.depth, 0);
    mock.timers.tick(1);
    assert.equal(queue.depth, 1);
  });

  it('waits at most a day at a time, because timers overflow after 25 days', () => {
    queue.addAfter('a', 1e12);
    mock.timers.tick(24 * 3600_000 - 1);
    assert.equal(queue.depth, 0);
    mock.timers.tick(1);
    assert.equal(queue.depth, 1);
  });

  it('doubles the delay after every failure, up to a minute, and resets it after a success', async () => {
    const delays: number[] = [];
    const delay = async () => {
      queue.addFailed('a');
      let ms = 0;
      for (; queue.depth === 0; ms++) mock.timers.tick(1);
      await queue.next();
      queue.done('a');
      return ms;
    };
    for (let i = 0; i < 4; i++) delays.push(await delay());
    assert.deepEqual(delays, [5, 10, 20, 40]);
    for (let i = 0; i < 10; i++) await delay();
    assert.equal(await delay(), 60_000);
    queue.forget('a');
    assert.equal(await delay(), 5);
  });

  it('releases waiting workers when it stops, and accepts no more keys', async () => {
    const waiting = queue.next();
    queue.stop();
    queue.add('a');
    assert.equal(await waiting, undefined);
    assert.equal(await queue.next(), undefined);
    assert.equal(queue.depth, 0);
  });
});

describe('a controller', () => {
  it('retries after a failure, reconciles again after the requested delay, and completes its current reconcile when stopped', async () => {
    const queue = new WorkQueue();
    const calls: string[] = [];
    const observed: [string, boolean][] = [];
    const lines: string[] = [];
    const slow = Promise.withResolvers<void>();
    const seen = Promise.withResolvers<void>();
    const reconcile = async (key: string) => {
      calls.push(key);
      if (calls.length === 1) throw new Error('no');
      if (calls.length === 2) return 1;
      seen.resolve();
      await slow.promise;
      calls.push('finished');
      return undefined;
    };
    const log = jsonLog(
      (line) => lines.push(line),
      () => 0,
    );
    let waits = 0;
    const observe = {
      reconciled: (name: string, _seconds: number, failed: boolean) => observed.push([name, failed]),
      waited: (_name: string, seconds: number) => {
        assert.ok(seconds >= 0);
        waits++;
      },
    };
    const done = runController({ name: 'test', queue, reconcile }, { workers: 2, log, observe });
    queue.add('a');
    await seen.promise;
    queue.stop();
    slow.resolve();
    await done;
    assert.deepEqual(calls, ['a', 'a', 'a', 'finished']);
    assert.deepEqual(observed, [
      ['test', true],
      ['test', false],
      ['test', false],
    ]);
    assert.equal(waits, 3);
    assert.deepEqual(JSON.parse(lines[0]!), {
      time: '1970-01-01T00:00:00.000Z',
      level: 'error',
      message: 'reconcile failed',
      controller: 'test',
      key: 'a',
      error: 'no',
    });
  });
});
