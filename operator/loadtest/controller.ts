import { LOAD_TEST } from '../../api/common/group.ts';
import { LABEL_TEST_UID } from '../../api/common/names.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { applyStatus, createEvent, remove } from '../kube/api.ts';
import { jobs, loadTests } from '../kube/paths.ts';
import type { Resource } from '../kube/types.ts';
import type { Controller } from '../runtime/controller.ts';
import { errorText } from '../runtime/log.ts';
import { WorkQueue } from '../runtime/work-queue.ts';
import { act } from './act/act.ts';
import { eventManifest, occurrences } from './act/events.ts';
import { keepReport } from './act/persist-report.ts';
import { AdmissionQueue } from './admission/admission-queue.ts';
import { reconcile } from './decide/reconcile.ts';
import type { LoadTestDependencies } from './dependencies.ts';
import { Expectations } from './observe/expectations.ts';
import { observe } from './observe/observe.ts';
import { podRefusal } from './observe/pod-refusal.ts';
import { keyOf, type LoadTestResource, splitKey } from './resources/loadtest-resource.ts';

/** Observes a LoadTest, decides, acts, writes its status once, and tells of what changed. */
export class LoadTestController implements Controller {
  readonly name = 'loadtest';
  readonly queue = new WorkQueue();
  readonly #dependencies: LoadTestDependencies;
  readonly #line: AdmissionQueue;
  readonly #expectations = new Expectations();

  constructor(dependencies: LoadTestDependencies) {
    this.#dependencies = dependencies;
    this.#line = new AdmissionQueue(dependencies.tests, dependencies.config.limits);
  }

  reconcile = async (key: string): Promise<number | undefined> => {
    const { namespace, name } = splitKey(key);
    const test = this.#dependencies.tests.get(namespace, name);
    await this.#removeOrphans(key, test?.metadata.uid);
    if (test === undefined) return undefined;

    await this.#learnRefusal(test);
    const observed = observe(this.#dependencies, this.#line, this.#expectations, test);
    const { actions, status, requeueAfterMs } = reconcile(observed);
    // Nothing else runs between what was observed and this.
    this.#line.decided(test, { begins: status?.startTime !== undefined, waits: observed.waitsFor !== undefined });
    let told = status;
    const failures: unknown[] = [];
    for (const action of actions) {
      if (action.type === 'WriteReport')
        told &&= await keepReport(this.#dependencies, this.#expectations, observed, told, action.runners);
      else await act(this.#dependencies, this.#expectations, observed, action).catch((e) => failures.push(e));
    }
    // What cannot be done does not keep what is known from being told.
    if (told !== undefined) await this.#write(test, told);
    if (failures.length > 0) throw failures[0];
    const isRefused = this.#expectations.of(test.metadata.uid).jobRefusal !== undefined;
    return isRefused && observed.jobRefusal === undefined ? 0 : requeueAfterMs;
  };

  /** Told of every change of a LoadTest. */
  changed(object: Resource): void {
    this.queue.add(keyOf(object.metadata));
    for (const waiting of this.#line.changed(object)) this.queue.add(waiting);
  }

  /** Drops what is remembered of a LoadTest that is gone. */
  forget(uid: string): void {
    this.#line.forget(uid);
    this.#expectations.forget(uid);
    this.#dependencies.updates.forget(uid);
  }

  async #learnRefusal(test: LoadTestResource): Promise<void> {
    const { uid } = test.metadata;
    const refusal = await podRefusal(this.#dependencies, test);
    if (refusal === undefined) this.#expectations.forget(uid, 'podRefusal');
    else this.#expectations.put(uid, { podRefusal: refusal });
  }

  async #write(test: LoadTestResource, status: LoadTestStatus): Promise<void> {
    const { client, tests, now, log } = this.#dependencies;
    const { namespace, name, uid } = test.metadata;
    const written = await applyStatus(client, { kind: LOAD_TEST.kind, path: loadTests }, test.metadata, status);
    if (written === undefined) return;
    tests.wrote(written);
    this.#expectations.put(uid, { lastWriteMs: now() });
    for (const occurrence of occurrences(test.status, status)) {
      log.info(occurrence.note, { namespace, name, reason: occurrence.reason });
      // An Event is a courtesy: the condition it tells of is written.
      await createEvent(client, eventManifest(LOAD_TEST.kind, test.metadata, occurrence, now())).catch((error) =>
        log.warn('could not create an Event', { namespace, name, error: errorText(error) }),
      );
    }
  }

  /** Deletes Jobs of a LoadTest that is gone or has been replaced; the garbage collector would, in its own time. */
  async #removeOrphans(key: string, uid: string | undefined): Promise<void> {
    for (const { metadata } of this.#dependencies.jobs.indexed(key)) {
      if (metadata.labels?.[LABEL_TEST_UID] === uid || metadata.deletionTimestamp !== undefined) continue;
      this.#dependencies.log.info('deleting the Job of a LoadTest that is gone', { ...splitKey(key) });
      await remove(this.#dependencies.client, jobs, metadata);
    }
  }
}
