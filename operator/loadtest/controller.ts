import { isTrue } from '../../api/conditions.ts';
import { LOAD_TEST } from '../../api/group.ts';
import type { LoadTestSpec } from '../../api/loadtest.ts';
import { jobName, LABEL_TEST, LABEL_TEST_UID } from '../../api/names.ts';
import type { LoadTestStatus } from '../../api/status.ts';
import { abortReason } from '../../model/abort.ts';
import { type RunnerEnd, reportDocument } from '../../model/report.ts';
import { type TimelineRecorder, timelineStepMs } from '../../model/timeline.ts';
import { type Windows, windowStepMs } from '../../model/windows.ts';
import type { Config } from '../config.ts';
import type { Controller } from '../controller.ts';
import {
  annotateJob,
  applyStatus,
  create,
  createEvent,
  createJob,
  lastPodRefusal,
  remove,
  serverVersion,
  suspendJob,
} from '../kube/api.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Informer } from '../kube/informer.ts';
import { configMaps, jobs, loadTests } from '../kube/paths.ts';
import type { Job, OwnerReference, Pod, Resource } from '../kube/types.ts';
import { errorText, type Log } from '../log.ts';
import { WorkQueue } from '../queue.ts';
import { placeOf, reportConfigMap } from '../report-configmap.ts';
import type { ReportStore } from '../reports.ts';
import type { ResourceStore } from '../store.ts';
import { VERSION } from '../version.ts';
import { isInLine, waitsFor } from './admission.ts';
import { eventManifest, occurrences } from './events.ts';
import { lacksPods } from './getting-ready.ts';
import { jobManifest } from './job.ts';
import type { Action, Decision, Observed } from './plan.ts';
import { reconcile } from './reconcile.ts';
import { isComplete, keyOf, splitKey, type Test } from './test.ts';

export type LoadTestWorld = {
  client: KubeClient;
  config: Config;
  tests: ResourceStore<Test>;
  /** Both indexed by {@link keyOfChild}. */
  jobs: Pick<Informer<Job>, 'get' | 'indexed'>;
  pods: Pick<Informer<Pod>, 'indexed'>;
  reports: ReportStore;
  now: () => number;
  /** Since when runners reach this operator. */
  listeningSinceMs: () => number;
  log: Log;
};

/** What this operator remembers of a test besides what can be observed; all of it may be lost. */
type Memory = {
  lastWriteMs?: number;
  jobRefusal?: string;
  podRefusal?: string;
  lastKeptMs?: number;
  /** It was decided that the test may begin; from before that is persisted, so that no other decision overlooks it. */
  admitted?: true;
  /** The run in windows, while it is over and not complete yet: merging all runners for it is worth doing once. */
  windows?: Windows;
};

/** Pods that a Job has not made this long after it was made may have been refused. */
const PODS_DUE_MS = 1500;

/** The key of the LoadTest that a Job or Pod was made for. */
export function keyOfChild({ metadata }: Job | Pod): string | undefined {
  const name = metadata.labels?.[LABEL_TEST];
  return name === undefined ? undefined : keyOf({ namespace: metadata.namespace, name });
}

/** Observes a LoadTest, decides, acts, writes its status once, and tells of what changed. */
export class LoadTestController implements Controller {
  readonly name = 'loadtest';
  readonly queue = new WorkQueue();
  readonly #world: LoadTestWorld;
  readonly #memory = new Map<string, Memory>();
  /** Tests that are not complete: of the thousands that there may be, those that others can have to wait for. */
  readonly #open = new Set<string>();
  /** Tests that wait for others, with the generation that does. */
  readonly #waiting = new Map<string, number | undefined>();

  constructor(world: LoadTestWorld) {
    this.#world = world;
  }

  reconcile = async (key: string): Promise<number | undefined> => {
    const { namespace, name } = splitKey(key);
    const test = this.#world.tests.get(namespace, name);
    await this.#removeOrphans(key, test?.metadata.uid);
    if (test === undefined) return undefined;

    await this.#learnRefusal(test, this.#runners(key, test));
    const observed = this.#observe(key, test);
    const decision = reconcile(observed);
    // Nothing else runs between what was observed and this.
    if (decision.status?.startTime !== undefined) this.#remember(test.metadata.uid).admitted = true;
    if (observed.waitsFor === undefined) this.#waiting.delete(key);
    else this.#waiting.set(key, test.metadata.generation);
    const failures: unknown[] = [];
    for (const action of decision.actions) {
      if (action.type === 'WriteReport')
        decision.status = await this.#writeReport(test, observed, decision, action.runners);
      else await this.#act(action, test, observed.job).catch((e) => failures.push(e));
    }
    // What cannot be done does not keep what is known from being told.
    if (decision.status !== undefined) await this.#write(test, decision.status);
    if (failures.length > 0) throw failures[0];
    return decision.requeueAfterMs;
  };

  /** Told of every change of a LoadTest: one that leaves the line, or asks for something else in it, lets others go on. */
  changed(object: Resource): void {
    const { namespace, name, generation } = object.metadata;
    const key = keyOf({ namespace, name });
    this.queue.add(key);
    const test = isComplete(object) ? undefined : this.#world.tests.get(namespace, name);
    if (test === undefined) this.#open.delete(key);
    else this.#open.add(key);
    if (this.#waiting.size === 0) return;
    const isInItsPlace = test !== undefined && isInLine(test);
    const isEdited = this.#waiting.has(key) && this.#waiting.get(key) !== generation;
    if (isInItsPlace && !isEdited) return;
    if (!isInItsPlace) this.#waiting.delete(key);
    for (const waiting of this.#waiting.keys()) this.queue.add(waiting);
  }

  /** Drops what is remembered of a LoadTest that is gone. */
  forget(uid: string): void {
    this.#memory.delete(uid);
    this.#world.reports.forget(uid);
  }

  #observe(key: string, test: Test): Observed {
    const { reports, now, listeningSinceMs } = this.#world;
    const { uid } = test.metadata;
    return {
      nowMs: now(),
      test,
      limits: this.#world.config.limits,
      ...this.#line(test),
      ...this.#runners(key, test),
      reports: reports.of(uid),
      words: reports.words(uid),
      ...this.#abort(test),
      ...this.#forComparison(test),
      listeningSinceMs: listeningSinceMs(),
      ...this.#memory.get(uid),
    };
  }

  /** The Job of a test, and that Job's pods. */
  #runners(key: string, test: Test): Pick<Observed, 'job' | 'pods'> {
    const { jobs, pods } = this.#world;
    const { namespace, name, uid } = test.metadata;
    const ownName = jobName({ name, uid });
    const found = jobs.get(namespace, ownName);
    const job = found?.metadata.deletionTimestamp === undefined ? found : undefined;
    const isOurs = ({ name, uid }: OwnerReference) => name === ownName && (job?.metadata.uid ?? uid) === uid;
    return {
      job,
      // Anyone may put our labels on a pod; only the Job's own are runners.
      pods: pods.indexed(key).filter((pod) => pod.metadata.ownerReferences?.some(isOurs)),
    };
  }

  /** What a test that is not admitted yet waits for, among all that the operator serves. */
  #line(test: Test): Pick<Observed, 'waitsFor'> {
    if (test.status.startTime !== undefined || !isInLine(test)) return {};
    const { tests, config } = this.#world;
    const line = [...this.#open].flatMap((key) => {
      const { namespace, name } = splitKey(key);
      const other = tests.get(namespace, name);
      if (other === undefined || !isInLine(other)) return [];
      const { metadata, status } = other;
      return {
        test: other,
        admitted: status.startTime !== undefined || this.#memory.get(metadata.uid)?.admitted === true,
      };
    });
    const waiting = waitsFor(test, line, config.limits);
    return waiting === undefined ? {} : { waitsFor: waiting };
  }

  #abort({ metadata, spec, status }: Test): Pick<Observed, 'aborting'> {
    if (spec === undefined || status.loadStartTime === undefined) return {};
    const aborting = abortReason(spec, this.#recorder(metadata.uid, spec));
    return aborting === undefined ? {} : { aborting };
  }

  /** The baseline, and once every runner has ended in order the run in windows: nothing is missing in them then. */
  #forComparison({ metadata, spec, status }: Test): Pick<Observed, 'baseline' | 'windows'> {
    const { tests, reports } = this.#world;
    const { namespace, uid } = metadata;
    if (spec === undefined || isTrue(status.conditions, 'Complete')) {
      delete this.#memory.get(uid)?.windows;
      return {};
    }
    const name = spec.compareWith?.name;
    const baseline = name === undefined ? undefined : tests.get(namespace, name);
    const last = [...reports.of(uid).values()];
    const isOver = last.length === spec.runners.replicas && last.every(({ report }) => report.phase === 'Finished');
    if (!isOver) return { ...(baseline && { baseline }) };
    const windows = this.#memory.get(uid)?.windows ?? this.#recorder(uid, spec).windows(reports.snapshots(uid));
    if (windows !== undefined) this.#remember(uid).windows = windows;
    return { ...(baseline && { baseline }), ...(windows && { windows }) };
  }

  #recorder(uid: string, spec: LoadTestSpec): TimelineRecorder {
    return this.#world.reports.timeline(uid, timelineStepMs(spec), windowStepMs(spec));
  }

  async #act(action: Exclude<Action, { type: 'WriteReport' }>, test: Test, job: Job | undefined): Promise<void> {
    const { client, reports, log } = this.#world;
    const { namespace, name, uid } = test.metadata;
    switch (action.type) {
      case 'CreateJob':
        return this.#createJob(test);
      case 'DeleteJob':
        log.info('deleting the Job', { namespace, name });
        return remove(client, jobs, job?.metadata ?? test.metadata);
      case 'SuspendJob':
        log.info('suspending the Job', { namespace, name });
        return suspendJob(client, job?.metadata ?? test.metadata);
      case 'KeepOnJob':
        if (job === undefined) return;
        log.info('keeping what lost runners measured last', { namespace, name });
        await annotateJob(client, job.metadata, action.annotations);
        this.#remember(uid).lastKeptMs = this.#world.now();
        return;
      case 'DeleteTest':
        log.info('deleting the LoadTest: its time to live is over', { namespace, name });
        return remove(client, loadTests, test.metadata);
      case 'StopRunners':
        return reports.stop(uid, action.reason);
      case 'TearDown':
        return reports.tearDown(uid);
      case 'ForgetReports':
        return reports.forget(uid);
    }
  }

  /** Only the Job controller's events say why it cannot make a pod. They are asked for while pods are missing, and at no other time. */
  async #learnRefusal(test: Test, { job, pods }: Pick<Observed, 'job' | 'pods'>): Promise<void> {
    const nowMs = this.#world.now();
    const memory = this.#memory.get(test.metadata.uid);
    if (memory !== undefined) delete memory.podRefusal;
    if (test.spec === undefined || test.status.loadStartTime !== undefined || job === undefined) return;
    if (isTrue(test.status.conditions, 'Complete') || !lacksPods({ job, pods }, test.spec.runners.replicas)) return;
    if (nowMs - Date.parse(job.metadata.creationTimestamp) < PODS_DUE_MS) return;
    const { namespace, name, uid } = test.metadata;
    try {
      const refusal = await lastPodRefusal(this.#world.client, job.metadata);
      if (refusal !== undefined) this.#remember(uid).podRefusal = refusal;
    } catch (error) {
      // Not to know why pods are missing is no reason to do nothing else.
      this.#world.log.warn('could not ask why pods are missing', { namespace, name, error: errorText(error) });
    }
  }

  /** A refusal, by a quota for example, is told in the status and tried again. */
  async #createJob(test: Test): Promise<void> {
    if (test.spec === undefined) return;
    const { client, config, log } = this.#world;
    const { namespace, name, uid } = test.metadata;
    const memory = this.#remember(uid);
    try {
      await createJob(client, jobManifest(test, config));
      log.info('made the Job', { namespace, name, replicas: test.spec.runners.replicas });
      delete memory.jobRefusal;
    } catch (error) {
      memory.jobRefusal = errorText(error);
      throw error;
    }
  }

  /**
   * Keeps the full result before the status refers to it. A cluster that has no room for it costs the report, and not the result:
   * returns the status without the reference then. One that is there already is this operator's, or its predecessor's.
   */
  async #writeReport(
    { metadata, spec }: Test,
    { pods, baseline }: Observed,
    { status }: Decision,
    runners: RunnerEnd[],
  ): Promise<LoadTestStatus | undefined> {
    if (spec === undefined || status === undefined) return status;
    const { client, log } = this.#world;
    const { namespace, name, uid } = metadata;
    try {
      const kubernetes = await serverVersion(client).catch(() => undefined);
      const report = reportDocument({
        metadata: { namespace, name, uid },
        spec,
        status,
        timeline: this.#recorder(uid, spec).finish(runners.flatMap((r) => r.snapshot ?? [])),
        runners,
        baseline,
        environment: { version: VERSION, ...(kubernetes && { kubernetes }), ...placeOf(pods) },
      });
      await create(client, configMaps, reportConfigMap(metadata, report));
      return status;
    } catch (error) {
      log.warn('could not keep the full report', { namespace, name, error: errorText(error) });
      const { report: _, ...rest } = status;
      return rest;
    }
  }

  async #write(test: Test, status: LoadTestStatus): Promise<void> {
    const { client, tests, now, log } = this.#world;
    const { namespace, name, uid } = test.metadata;
    const written = await applyStatus(client, { kind: LOAD_TEST.kind, path: loadTests }, test.metadata, status);
    if (written === undefined) return;
    tests.wrote(written);
    this.#remember(uid).lastWriteMs = now();
    for (const occurrence of occurrences(test.status, status)) {
      log.info(occurrence.note, { namespace, name, reason: occurrence.reason });
      // An Event is a courtesy: the condition it tells of is written.
      await createEvent(client, eventManifest(LOAD_TEST.kind, test.metadata, occurrence, now())).catch((error) =>
        log.warn('could not make an Event', { namespace, name, error: errorText(error) }),
      );
    }
  }

  /** Deletes Jobs of a LoadTest that is gone or has been replaced; the garbage collector would, in its own time. */
  async #removeOrphans(key: string, uid: string | undefined): Promise<void> {
    for (const { metadata } of this.#world.jobs.indexed(key)) {
      if (metadata.labels?.[LABEL_TEST_UID] === uid || metadata.deletionTimestamp !== undefined) continue;
      this.#world.log.info('deleting the Job of a LoadTest that is gone', { ...splitKey(key) });
      await remove(this.#world.client, jobs, metadata);
    }
  }

  #remember(uid: string): Memory {
    const memory = this.#memory.get(uid) ?? {};
    this.#memory.set(uid, memory);
    return memory;
  }
}
