import { errorText, type Log } from './log.ts';
import type { WorkQueue } from './work-queue.ts';

export type Controller = {
  name: string;
  queue: WorkQueue;
  /** Reconciles one object. Resolves to the milliseconds until the next reconcile, if any. */
  reconcile(key: string): Promise<number | undefined>;
};

export type ReconcileObserver = {
  /** Called with the duration of a reconcile. */
  reconciled: (controller: string, seconds: number, failed: boolean) => void;
  /** Called with the time that an object waited in the queue. */
  waited: (controller: string, seconds: number) => void;
};

/** Processes a controller's queue with several workers until the queue is stopped; resolves when the last worker has finished. */
export async function runController(
  controller: Controller,
  { workers, log, observe }: { workers: number; log: Log; observe: ReconcileObserver },
): Promise<void> {
  controller.queue.onTaken = (waitedMs) => observe.waited(controller.name, waitedMs / 1e3);
  await Promise.all(Array.from({ length: workers }, () => work(controller, log, observe)));
}

async function work({ name, queue, reconcile }: Controller, log: Log, observe: ReconcileObserver): Promise<void> {
  for (let key = await queue.next(); key !== undefined; key = await queue.next()) {
    const began = performance.now();
    let failed = false;
    try {
      const again = await reconcile(key);
      queue.forget(key);
      if (again !== undefined) queue.addAfter(key, again);
    } catch (error) {
      failed = true;
      log.error('reconcile failed', { controller: name, key, error: errorText(error) });
      queue.addFailed(key);
    } finally {
      observe.reconciled(name, (performance.now() - began) / 1e3, failed);
      queue.done(key);
    }
  }
}
