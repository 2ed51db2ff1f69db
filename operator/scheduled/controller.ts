import { SCHEDULED_LOAD_TEST } from '../../api/common/group.ts';
import type { OperatorLimits } from '../../api/common/operator-limits.ts';
import { applyStatus, create, createEvent, mustBeControlledBy, podsWith, remove } from '../kube/api.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Informer } from '../kube/informer.ts';
import { loadTests, scheduledLoadTests } from '../kube/paths.ts';
import type { ResourceStore } from '../kube/resource-store.ts';
import type { Resource } from '../kube/types.ts';
import { eventManifest, type Occurrence } from '../loadtest/act/events.ts';
import { parseLoadTest, splitKey } from '../loadtest/resources/loadtest-resource.ts';
import type { Controller } from '../runtime/controller.ts';
import { errorText, type Log } from '../runtime/log.ts';
import { WorkQueue } from '../runtime/work-queue.ts';
import type { Serving } from '../serving/serving.ts';
import type { Action } from './decision.ts';
import { releaseOf } from './due/release-from.ts';
import { reconcileScheduled } from './reconcile.ts';
import { withRelease } from './runs.ts';
import { isMadeBy, type Schedule } from './scheduled-resource.ts';

export type ScheduleDependencies = {
  client: KubeClient;
  limits: OperatorLimits;
  schedules: ResourceStore<Schedule>;
  /** Indexed by the key of the schedule that created them. */
  tests: Pick<Informer<Resource>, 'indexed'>;
  now: () => number;
  log: Log;
  /** Absent: there is no other installation of the operator. */
  serving?: Pick<Serving, 'leftAlone'> | undefined;
};

/** Observes a ScheduledLoadTest, decides, acts, writes its status once, cleans up, and records events. */
export class ScheduleController implements Controller {
  readonly name = 'scheduledloadtest';
  readonly queue = new WorkQueue();
  readonly #dependencies: ScheduleDependencies;

  constructor(dependencies: ScheduleDependencies) {
    this.#dependencies = dependencies;
  }

  reconcile = async (key: string): Promise<number | undefined> => {
    const { schedules, tests, limits, now, serving } = this.#dependencies;
    const { namespace, name } = splitKey(key);
    const schedule = schedules.get(namespace, name);
    if (schedule === undefined) return undefined;
    const leftAlone = await serving?.leftAlone(schedule.metadata);
    if (leftAlone?.event !== undefined) await this.#record(schedule, leftAlone.event);
    if (leftAlone !== undefined) return leftAlone.againMs;

    const made = tests.indexed(key).filter((test) => isMadeBy(test, schedule.metadata));
    const observed = { nowMs: now(), schedule, limits, tests: made.map(parseLoadTest) };
    const planned = reconcileScheduled(observed);
    const refusal = await this.#actAll(planned.actions, schedule);
    // The status must not record a run that was refused: its time stays due.
    const decision = refusal === undefined ? planned : reconcileScheduled({ ...observed, refusal });
    if (decision.status !== undefined) {
      const kind = { kind: SCHEDULED_LOAD_TEST.kind, path: scheduledLoadTests };
      const written = await applyStatus(this.#dependencies.client, kind, schedule.metadata, decision.status);
      if (written !== undefined) schedules.wrote(written);
    }
    for (const action of decision.cleanup) await this.#act(action, schedule);
    for (const occurrence of decision.events) await this.#record(schedule, occurrence);
    return decision.requeueAfterMs;
  };

  /** Performs the actions; returns why the API server refused the LoadTest that is due. */
  async #actAll(actions: readonly Action[], schedule: Schedule): Promise<string | undefined> {
    try {
      for (const action of actions) await this.#act(action, schedule);
      return undefined;
    } catch (error) {
      const { namespace, name } = schedule.metadata;
      this.#dependencies.log.warn('could not create a LoadTest', {
        namespace,
        schedule: name,
        error: errorText(error),
      });
      return errorText(error);
    }
  }

  async #act(action: Action, schedule: Schedule): Promise<void> {
    const { client, log } = this.#dependencies;
    const { namespace, name, uid } = schedule.metadata;
    if (action.type === 'CreateLoadTest') {
      const { metadata } = action.manifest;
      // The name holds only the time: another LoadTest may have it, or one of an earlier schedule of this name.
      if (!(await create(client, loadTests, withRelease(action.manifest, await this.#releaseOf(schedule)))))
        await mustBeControlledBy(client, loadTests, metadata, uid);
      log.info('created a LoadTest', { namespace, schedule: name, name: metadata.name });
    } else {
      await remove(client, loadTests, action.ref);
      log.info('deleted a LoadTest', { namespace, schedule: name, name: action.ref.name, why: action.why });
    }
  }

  /** The release of the target by its pods. A run matters more than its label, so that a failure only leaves it out. */
  async #releaseOf({ metadata: { namespace, name }, spec }: Schedule): Promise<string | undefined> {
    const { client, log } = this.#dependencies;
    const from = spec?.releaseFrom;
    if (from === undefined) return undefined;
    try {
      return releaseOf(await podsWith(client, namespace, from.matchLabels), from);
    } catch (error) {
      log.warn('could not read the release of the target', { namespace, schedule: name, error: errorText(error) });
      return undefined;
    }
  }

  async #record({ metadata }: Schedule, occurrence: Occurrence): Promise<void> {
    const { client, log, now } = this.#dependencies;
    const { namespace, name } = metadata;
    // An Event is a courtesy: the status holds the same information.
    await createEvent(client, eventManifest(SCHEDULED_LOAD_TEST.kind, metadata, occurrence, now())).catch((error) =>
      log.warn('could not create an Event', { namespace, name, error: errorText(error) }),
    );
  }
}
