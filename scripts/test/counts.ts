/** Numbers of tests by result. */
export type Counts = { passed: number; failed: number; skipped: number };

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The closing line: 'N passed, N failed', and ', N skipped' if any. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

/** A run without tests is a failure. */
export function exitCode({ passed, failed, skipped }: Counts): number {
  return failed > 0 || passed + skipped === 0 ? 1 : 0;
}

/** node:test's counts of a whole run; a cancelled test counts as failed, and a todo test as skipped. */
export type NodeCounts = { passed: number; failed: number; cancelled: number; skipped: number; todo: number };

export function fromNode({ passed, failed, cancelled, skipped, todo }: NodeCounts): Counts {
  return { passed, failed: failed + cancelled, skipped: skipped + todo };
}

/**
 * The number of tests in a file that is not run: each `test(` or `it(` in it. One in a loop over a table counts once,
 * because only execution reveals the length of the table.
 */
export function countTests(source: string): number {
  return [...source.matchAll(/^\s*(?:await )?(?:test|it)\(/gm)].length;
}
