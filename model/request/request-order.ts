import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';

/** Whether each iteration of a load sends all requests in order; otherwise it sends one, chosen by weight. */
export function isSequential({ requestOrder }: Pick<LoadTestSpec, 'requestOrder'>): boolean {
  return requestOrder === 'Sequential';
}
