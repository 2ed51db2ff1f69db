import type { Condition } from '../../api/status/conditions.ts';
import { verdictIn } from '../../api/status/verdict.ts';

/** Exit codes: 64 is EX_USAGE of sysexits, 70 EX_SOFTWARE; above 128 it is 128 + the signal, as in shells. */
export const EXIT = {
  ...{ passed: 0, failed: 1, inconclusive: 2, badInput: 64, bug: 70 },
  ...{ hungUp: 129, interrupted: 130, terminated: 143 },
} as const;

/** The exit code of a Passed condition. A test without one was not judged, which is inconclusive. */
export function exitCodeOf(passed: Condition | undefined): number {
  return EXIT[verdictIn(passed)];
}

/** The exit code of several tests: failed outweighs inconclusive, which outweighs passed. */
export function worstOf(codes: readonly number[]): number {
  const order = [EXIT.failed, EXIT.inconclusive, EXIT.passed];
  return order.find((code) => codes.includes(code)) ?? EXIT.passed;
}
