import type { Condition } from '../../api/status/conditions.ts';

/** Exit codes; 64 is sysexits' EX_USAGE, above 128 stands 128 + the signal, as shells do. */
export const EXIT = { passed: 0, failed: 1, inconclusive: 2, badInput: 64, interrupted: 130, terminated: 143 } as const;

const BY_STATUS = { True: EXIT.passed, Unknown: EXIT.inconclusive, False: EXIT.failed } as const;

/** The exit code that a Passed condition stands for; a test without one was not judged. */
export function exitCodeOf(passed: Condition | undefined): number {
  return BY_STATUS[passed?.status ?? 'Unknown'];
}

/** The exit code of several tests: one that failed outweighs one without a result, which outweighs those that passed. */
export function worstOf(codes: readonly number[]): number {
  const order = [EXIT.failed, EXIT.inconclusive, EXIT.passed];
  return order.find((code) => codes.includes(code)) ?? EXIT.passed;
}
