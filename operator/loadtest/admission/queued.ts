import { isTrue } from '../../../api/status/conditions.ts';
import type { AcceptedLoadTest, LoadTestResource } from '../resources/loadtest-resource.ts';

/** A test that runs, creates its runners, or waits until it may. */
export type QueuedLoadTest = { test: AcceptedLoadTest; admitted: boolean };

/** Whether a test is in the queue: neither complete, nor suspended, nor invalid. An admitted test stays in it until it is complete. */
export function isQueued(test: LoadTestResource): test is AcceptedLoadTest {
  const { metadata, status, spec } = test;
  if (spec === undefined || metadata.deletionTimestamp !== undefined) return false;
  return !isTrue(status.conditions, 'Complete') && (status.startTime !== undefined || !spec.suspend);
}

/** Tests in the order of admission: by creation, and by name where two were created at the same time. */
export function inOrder(tests: readonly AcceptedLoadTest[]): AcceptedLoadTest[] {
  return tests
    .map((test) => ({ test, ms: createdMs(test) }))
    .sort(
      (a, b) =>
        a.ms - b.ms ||
        compare(a.test.metadata.name, b.test.metadata.name) ||
        compare(a.test.metadata.namespace, b.test.metadata.namespace),
    )
    .map(({ test }) => test);
}

/** When a test was created, epoch milliseconds; Kubernetes cuts the time to seconds. */
export function createdMs({ metadata }: AcceptedLoadTest): number {
  return Date.parse(metadata.creationTimestamp);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
