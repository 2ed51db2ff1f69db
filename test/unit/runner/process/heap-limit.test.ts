import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heapLimitMiB } from '../../../../runner/process/heap-limit.ts';

const MIB = 2 ** 20;
const MACHINE = 16 * 1024 * MIB;

describe('the heap of a worker thread', () => {
  for (const [what, threads, limit, expected] of [
    ['is as V8 has it without a limit, which Node tells as none', 2, 0, undefined],
    ['is as V8 has it without a limit, which Node tells as more than there is', 2, 2 ** 64, undefined],
    ['leaves a runner of 128 MiB room for its main thread and its buffers', 1, 128 * MIB, 48],
    ['grows with the limit', 1, 4096 * MIB, 3024],
    ['is a part of what there is for all threads', 2, 4096 * MIB, 1512],
    ['is never too small to begin with', 4, 96 * MIB, 16],
  ] as const)
    it(what, () => assert.equal(heapLimitMiB(threads, limit, MACHINE), expected));
});
