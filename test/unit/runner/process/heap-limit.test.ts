import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heapLimitMiB } from '../../../../runner/process/heap-limit.ts';

const MIB = 2 ** 20;
const MACHINE = 16 * 1024 * MIB;

describe('the heap of a worker thread', () => {
  for (const [what, threads, limit, expected] of [
    ["is V8's default without a limit, which Node reports as 0", 2, 0, undefined],
    ["is V8's default without a limit, which Node reports as more than the machine has", 2, 2 ** 64, undefined],
    ['leaves memory for the main thread and buffers of a runner with 128 MiB', 1, 128 * MIB, 48],
    ['grows with the limit', 1, 4096 * MIB, 3024],
    ['is an equal share for each thread', 2, 4096 * MIB, 1512],
    ['is never too small to start', 4, 96 * MIB, 16],
  ] as const)
    it(what, () => assert.equal(heapLimitMiB(threads, limit, MACHINE), expected));
});
