import { LOAD_TEST } from '../../api/common/group.ts';
import { LABEL_TEST_UID } from '../../api/common/names.ts';
import { isTrue } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { NotificationType } from '../../api/status/notification-types.ts';
import { applyStatus, createEvent, current, remove } from '../kube/api.ts';
import { isNamespaceTerminating } from '../kube/client.ts';
import { jobs, loadTests } from '../kube/paths.ts';
import type { Resource } from '../kube/types.ts';
import type { Controller } from '../runtime/controller.ts';
import { errorText } from '../runtime/log.ts';
import { WorkQueue } from '../runtime/work-queue.ts';
import type { LeftAlone } from '../serving/serving.ts';
import { act } from './act/act.ts';
import { eventManifest, type Occurrence, occurrences, undeliveredOccurrence } from './act/events.ts';
import { persistReport } from './act/persist-report.ts';
import { waitForLease } from './act/wait-for-lease.ts';
import { AdmissionQueue } from './admission/admission-queue.ts';
import type { Action } from './decide/decision.ts';
import { reconcile } from './decide/reconcile.ts';
import type { LoadTestDependencies } from './dependencies.ts';
import { Expectations } from './observe/expectations.ts';
import { observe } from './observe/observe.ts';
import { podRefusal } from './observe/pod-refusal.ts';
import { keyOf, type LoadTestResource, splitKey } from './resources/loadtest-resource.ts';

/** Whether nothing is left to do about a test but to remove what remains of it. */
function isSettled({ conditions, pendingNotifications }: LoadTestStatus): boolean {
  return isTrue(conditions, 'Complete') && pendingNotifications === undefined;
}

/** Observes a LoadTest, decides, acts, writes its status once, and records events. */
export class LoadTestController implements Controller {
  readonly name = 'loadtest';
  readonly queue = new WorkQueue();
  readonly #dependencies: LoadTestDependencies;
  readonly #admissionQueue: AdmissionQueue;
  readonly #expectations = new Expectations();

  constructor(dependencies: LoadTestDependencies) {
    this.#dependencies = dependencies;
    this.#admissionQueue = new AdmissionQueue(dependencies.tests, dependencies.config.limits, (key) =>
      this.queue.add(key),
    );
  }

  reconcile = async (key: string): Promise<number | undefined> => {
    const { namespace, name } = splitKey(key);
    const test = this.#dependencies.tests.get(namespace, name);
    await this.#removeOrphans(key, test?.metadata.uid);
    if (test === undefined) return undefined;
    const leftAlone = await this.#leftAlone(test);
    if (leftAlone !== undefined) return leftAlone.againMs;

    await this.#learnRefusal(test);
    const observed = observe(this.#dependencies, this.#admissionQueue, this.#expectations, test);
    const { actions, status, requeueAfterMs } = reconcile(observed);
    // No other reconcile has run since the observation.
    this.#admissionQueue.decided(test, {
      begins: status?.startTime !== undefined,
      turn: observed.turn,
    });
    if (status !== undefined && !this.#hasPushed(test, actions, status)) return undefined;
    let next = status;
    const failures: unknown[] = [];
    for (const action of actions) {
      if (action.type === 'WriteReport')
        next &&= await persistReport(this.#dependencies, this.#expectations, observed, next, action);
      else if (action.type === 'Notify') this.#notify(test, action.notification);
      else await act(this.#dependencies, this.#expectations, observed, action).catch((e) => failures.push(e));
    }
    // A failed action does not hold the status back.
    if (next !== undefined) await this.#write(test, next);
    if (failures.length > 0) throw failures[0];
    const { jobRefusal, jobProblem } = this.#expectations.of(test.metadata.uid);
    const isNews =
      jobProblem !== observed.jobProblem || (jobRefusal !== undefined && observed.jobRefusal === undefined);
    return isNews ? 0 : requeueAfterMs;
  };

  /** Receives every change of a LoadTest. */
  changed(object: Resource): void {
    this.queue.add(keyOf(object.metadata));
    this.#admissionQueue.changed(object);
  }

  /** Drops the memory about a LoadTest that is gone. */
  forget(uid: string): void {
    this.#admissionQueue.forget(uid);
    this.#expectations.forget(uid);
    this.#dependencies.updates.forget(uid);
    this.#dependencies.push?.forget(uid);
  }

  /** Leaves a test to the installation that serves it. What remains of a complete one may be removed by several. */
  async #leftAlone(test: LoadTestResource): Promise<LeftAlone | undefined> {
    const { serving } = this.#dependencies;
    const { metadata, status } = test;
    if (isSettled(status)) {
      await serving?.over(metadata);
      return undefined;
    }
    if (serving === undefined || metadata.deletionTimestamp !== undefined) return undefined;
    const leftAlone = await serving.leftAlone(metadata);
    this.#admissionQueue.served(test, { isElsewhere: leftAlone !== undefined });
    if (leftAlone?.event !== undefined) await this.#record(metadata, leftAlone.event);
    if (leftAlone?.waitsFor !== undefined) await waitForLease(this.#dependencies, test, leftAlone.waitsFor);
    return leftAlone;
  }

  /** Whether the metrics of a test that is about to end have been pushed as they are in its report. If not, it returns to the queue once they are. */
  #hasPushed({ metadata, spec }: LoadTestResource, actions: readonly Action[], status: LoadTestStatus): boolean {
    const { push } = this.#dependencies;
    const report = actions.find((action) => action.type === 'WriteReport');
    if (push === undefined || spec === undefined || report === undefined) return true;
    return push.isOver({ metadata, spec, status, summary: () => report.summary }, () =>
      this.queue.add(keyOf(metadata)),
    );
  }

  /** Delivers a notification in the background; the next reconcile removes it from the status. */
  #notify({ metadata, spec, status }: LoadTestResource, type: NotificationType): void {
    const { uid } = metadata;
    this.#dependencies.notifier?.deliver({ type, metadata, spec, status }, (undelivered) => {
      const settled = this.#expectations.of(uid).settledNotifications ?? [];
      this.#expectations.put(uid, { settledNotifications: new Set([...settled, type]) });
      this.queue.add(keyOf(metadata));
      if (undelivered.length > 0) void this.#record(metadata, undeliveredOccurrence(type, undelivered));
    });
  }

  async #learnRefusal(test: LoadTestResource): Promise<void> {
    const { uid } = test.metadata;
    const refusal = await podRefusal(this.#dependencies, test);
    if (refusal === undefined) this.#expectations.forget(uid, 'podRefusal');
    else this.#expectations.put(uid, { podRefusal: refusal });
  }

  async #write(test: LoadTestResource, status: LoadTestStatus): Promise<void> {
    const { client, tests, now, log, serving } = this.#dependencies;
    const { namespace, name, uid } = test.metadata;
    const written = await applyStatus(client, { kind: LOAD_TEST.kind, path: loadTests }, test.metadata, status);
    if (written === undefined) return;
    tests.wrote(written);
    this.#expectations.put(uid, { lastWriteMs: now() });
    for (const occurrence of occurrences(test.status, status)) {
      log.info(occurrence.note, { namespace, name, reason: occurrence.reason });
      await this.#record(test.metadata, occurrence);
    }
    if (isSettled(status)) await serving?.over(test.metadata);
  }

  /** Creates an Event, which is a courtesy: a failure is logged. */
  async #record(metadata: LoadTestResource['metadata'], occurrence: Occurrence): Promise<void> {
    const { client, now, log } = this.#dependencies;
    const { namespace, name } = metadata;
    await createEvent(client, eventManifest(LOAD_TEST.kind, metadata, occurrence, now())).catch((error) => {
      if (isNamespaceTerminating(error)) return;
      log.warn('could not create an Event', { namespace, name, error: errorText(error) });
    });
  }

  /**
   * Deletes the Jobs of a LoadTest that is gone or replaced, sooner than the garbage collector would. The LoadTest is read first: another
   * operator may have created the Job for one that our watch has not delivered yet.
   */
  async #removeOrphans(key: string, uid: string | undefined): Promise<void> {
    const { client, log } = this.#dependencies;
    const orphans = this.#dependencies.jobs
      .indexed(key)
      .filter(({ metadata }) => metadata.labels?.[LABEL_TEST_UID] !== uid && metadata.deletionTimestamp === undefined);
    if (orphans.length === 0) return;
    const test = await current(client, loadTests, splitKey(key));
    for (const { metadata } of orphans) {
      if (test !== undefined && metadata.labels?.[LABEL_TEST_UID] === test.metadata?.uid) continue;
      log.info('deleting the Job of a LoadTest that is gone', { ...splitKey(key) });
      await remove(client, jobs, metadata);
    }
  }
}
