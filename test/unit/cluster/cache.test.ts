import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cacheDir, cached, cacheKey, contentHash } from '../../cluster/build/cache.ts';

/** A lock identifies its holder by /proc. */
const onLinux = { skip: process.platform !== 'linux' };

describe('cluster: cache', () => {
  const dir = mkdtempSync(join(tmpdir(), 'loadtest-cache-test-'));
  const previous = process.env.LOADTEST_CACHE;
  before(() => {
    process.env.LOADTEST_CACHE = join(dir, 'cache');
  });
  after(() => {
    if (previous === undefined) delete process.env.LOADTEST_CACHE;
    else process.env.LOADTEST_CACHE = previous;
    rmSync(dir, { recursive: true });
  });

  it('is in the folder that the environment names, most specific variable first', () => {
    assert.equal(cacheDir({ LOADTEST_CACHE: '/a', XDG_CACHE_HOME: '/b' }), '/a');
    assert.equal(cacheDir({ XDG_CACHE_HOME: '/b' }), '/b/loadtest-operator');
    assert.match(cacheDir({}), /\.cache\/loadtest-operator$/);
  });

  it('has a distinct key for each list of inputs', () => {
    assert.equal(cacheKey(['a', 'b']), cacheKey(['a', 'b']));
    assert.notEqual(cacheKey(['ab', 'c']), cacheKey(['a', 'bc']));
    assert.notEqual(cacheKey(['a', 'b']), cacheKey(['b', 'a']));
  });

  it('hashes the content of a file, and the names and contents of a folder', () => {
    const file = join(dir, 'file');
    writeFileSync(file, 'one');
    const [first, folder] = [contentHash(file), contentHash(dir)];
    writeFileSync(file, 'two');
    assert.notEqual(contentHash(file), first);
    assert.notEqual(contentHash(dir), folder);
  });

  it('makes an entry once, even for two concurrent calls', onLinux, async () => {
    let made = 0;
    const make = async (path: string) => {
      made += 1;
      writeFileSync(path, 'result');
    };
    const [one, two] = await Promise.all([cached('once', make), cached('once', make)]);
    assert.equal(one, two);
    assert.equal(readFileSync(one, 'utf8'), 'result');
    assert.equal(made, 1);
  });

  it('keeps nothing of a failed attempt', onLinux, async () => {
    const fail = async (path: string) => {
      writeFileSync(path, 'half');
      throw new Error('cut off');
    };
    await assert.rejects(cached('failing', fail), /cut off/);
    assert.equal(existsSync(join(cacheDir(), 'failing')), false);
    const path = await cached('failing', async (path) => writeFileSync(path, 'whole'));
    assert.equal(readFileSync(path, 'utf8'), 'whole');
  });
});
