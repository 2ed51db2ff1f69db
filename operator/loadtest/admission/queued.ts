import { isTrue } from '../../../api/status/conditions.ts';
import type { AcceptedLoadTest, LoadTestResource } from '../resources/loadtest-resource.ts';

/** A test that runs, creates its runners, or waits until it may. Elsewhere: another installation of the operator serves it. */
export type QueuedLoadTest = { test: AcceptedLoadTest; admitted: boolean; isElsewhere?: boolean };

/** Whether a test is in the queue: neither complete, nor suspended, nor invalid. An admitted test stays in it until it is complete. */
export function isQueued(test: LoadTestResource): test is AcceptedLoadTest {
  const { metadata, status, spec } = test;
  if (spec === undefined || metadata.deletionTimestamp !== undefined) return false;
  return !isTrue(status.conditions, 'Complete') && (status.startTime !== undefined || !spec.suspend);
}

/** Tests in the order of admission: by creation, and by name where two were created at the same time. */
export function inOrder(queue: readonly QueuedLoadTest[]): QueuedLoadTest[] {
  return queue
    .map((queued) => ({ queued, ms: createdMs(queued.test) }))
    .sort(
      (a, b) =>
        a.ms - b.ms ||
        compare(a.queued.test.metadata.name, b.queued.test.metadata.name) ||
        compare(a.queued.test.metadata.namespace, b.queued.test.metadata.namespace),
    )
    .map(({ queued }) => queued);
}

/** When a test was created, epoch milliseconds; Kubernetes cuts the time to seconds. */
export function createdMs({ metadata }: AcceptedLoadTest): number {
  return Date.parse(metadata.creationTimestamp);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
