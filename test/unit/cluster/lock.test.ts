import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../cluster/system/lock.ts';
import { recordOf } from '../../cluster/system/processes.ts';
import { withTempDir } from '../../cluster/system/tempdir.ts';

it('a lock is held by one at a time, in the order of the calls, and a dead process holds and awaits none', () =>
  withTempDir(async (dir) => {
    const file = join(dir, 'x.lock');
    const dead = JSON.stringify({ ...recordOf('lock', process.pid), startTime: '0', sinceMs: 0 });
    writeFileSync(file, dead);
    writeFileSync(`${file}.1-0`, dead);
    const order: string[] = [];
    const held = (name: string) =>
      withLock(file, async () => {
        order.push(`${name} begins`);
        await sleep(60);
        order.push(`${name} ends`);
      });
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const all: Promise<void>[] = [];
    for (const name of names) {
      all.push(held(name));
      await sleep(5);
    }
    await Promise.all(all);
    assert.deepEqual(
      order,
      names.flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
    assert.deepEqual(readdirSync(dir), []);
  }));
