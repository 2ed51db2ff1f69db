import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadTestSpec } from '../../../../api/loadtest/loadtest.ts';
import { workersFor } from '../../../../model/load/worker-count.ts';
import { closed, open, specWithLoad } from '../../../support/specs/loads.ts';

const WORKERS: [sentence: string, spec: LoadTestSpec, cores: number, workers: number][] = [
  ['a low rate needs one worker', specWithLoad(open(100)), 8, 1],
  ['a high rate needs several workers', specWithLoad(open(12_000)), 8, 3],
  ['there are at most as many workers as cores', specWithLoad(open(100_000)), 2, 2],
  ['runners share the rate before workers do', specWithLoad(open(12_000), 3), 8, 1],
  ['the number of workers follows the highest rate', specWithLoad(open(0, { startRate: 12_000 })), 8, 3],
  ['there are at most as many workers as in-flight requests', specWithLoad(open(12_000, { maxInFlight: 2 })), 8, 2],
  ['there are at most as many workers as connections', specWithLoad(open(12_000), 1, { connections: 2 }), 8, 2],
  ['many users need all cores', specWithLoad(closed({ users: 500 })), 4, 4],
  ['few users share workers', specWithLoad(closed({ users: 20 })), 4, 2],
  ['there is always at least one worker', specWithLoad(open(1, { maxInFlight: 1 })), 1, 1],
];
for (const [sentence, spec, cores, expected] of WORKERS)
  test(sentence, () => assert.equal(workersFor(spec, { index: 0, count: spec.runners.replicas }, cores), expected));
