import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';

/** How many runners the test has, and how many were lost; the summary contains the last measurements of the lost ones. */
export type RunnerLosses = { desired: number; lost: number };

/** Whether the loss of runners fails the test. */
export function isFailedByLoss({ runners }: LoadTestSpec, { lost }: RunnerLosses): boolean {
  return lost > 0 && runners.onLoss === 'Fail';
}

/** The lost runners as a sentence; empty without any. */
export function lossSentence({ desired, lost }: RunnerLosses): string {
  return lost === 0
    ? ''
    : `${lost} of ${desired} runners lost, and with them what they counted after they were last heard of`;
}
