import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Heaps, heapLimitMiB } from '../../../../runner/process/heap-limit.ts';

const MIB = 2 ** 20;
const MACHINE = 16 * 1024 * MIB;

const threads = (count: number): Heaps => ({ threads: count, scripts: 0 });

describe('the heap of a worker thread, and of a process of its script', () => {
  for (const [what, heaps, limit, expected] of [
    ["is V8's default without a limit, which Node reports as 0", threads(2), 0, undefined],
    [
      "is V8's default without a limit, which Node reports as more than the machine has",
      threads(2),
      2 ** 64,
      undefined,
    ],
    ['leaves memory for the main thread and buffers of a runner with 128 MiB', threads(1), 128 * MIB, 48],
    ['grows with the limit', threads(1), 4096 * MIB, 3024],
    ['is an equal share for each thread', threads(2), 4096 * MIB, 1512],
    ['leaves memory for the processes of a script', { threads: 1, scripts: 2 }, 512 * MIB, 100],
    ['is never too small to start', threads(4), 96 * MIB, 16],
  ] as const)
    it(what, () => assert.equal(heapLimitMiB(heaps, limit, MACHINE), expected));
});
