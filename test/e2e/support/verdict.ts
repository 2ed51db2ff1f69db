import assert from 'node:assert/strict';
import { findCondition } from '../../../api/status/conditions.ts';
import type { EndedLoadTest } from './namespace.ts';

/** Asserts that a test passed, or that its verdict is inconclusive because the machine paused or was busy; returns the condition. */
export function assertNotFailed({ status }: Pick<EndedLoadTest, 'status'>) {
  const passed = findCondition(status.conditions, 'Passed');
  const isLate = passed?.status === 'Unknown' && passed.reason === 'GeneratorSaturated';
  if (!isLate) assert.deepEqual([passed?.status, passed?.reason], ['True', 'ThresholdsMet'], passed?.message ?? '');
  return passed!;
}
