import { errorText, type Log } from './log.ts';
import type { WorkQueue } from './work-queue.ts';

export type Controller = {
  name: string;
  queue: WorkQueue;
  /** Brings one object where it should be; resolves to the milliseconds after which to look again, if at all. */
  reconcile(key: string): Promise<number | undefined>;
};

export type ReconcileObserver = {
  /** A look at an object has taken so long. */
  reconciled: (controller: string, seconds: number, failed: boolean) => void;
  /** An object has waited so long for it. */
  waited: (controller: string, seconds: number) => void;
};

/** Works on a controller's queue with several workers until the queue is stopped; resolves when the last of them has finished. */
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
