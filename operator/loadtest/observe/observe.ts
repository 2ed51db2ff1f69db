import { jobName } from '../../../api/common/names.ts';
import { isTrue } from '../../../api/status/conditions.ts';
import { type Intervals, intervalsBetween } from '../../../model/compare/intervals.ts';
import { mayBeAborted } from '../../../model/judge/abort.ts';
import { isControlledBy } from '../../kube/owner.ts';
import type { AdmissionQueue } from '../admission/admission-queue.ts';
import type { LoadTestDependencies } from '../dependencies.ts';
import { keyOf, type LoadTestResource } from '../resources/loadtest-resource.ts';
import { isOfJob } from '../resources/pods.ts';
import type { Expectations } from './expectations.ts';
import type { Observed } from './observed.ts';

const NOBODY: ReadonlySet<number> = new Set();
const NOTHING: Observed['settledNotifications'] = new Set();

/** Gathers the whole input of a decision about a test, from local copies alone. */
export function observe(
  dependencies: LoadTestDependencies,
  admissionQueue: AdmissionQueue,
  expectations: Expectations,
  test: LoadTestResource,
): Observed {
  const { tests, updates, config, now, listeningSinceMs, notifier } = dependencies;
  const { namespace, uid } = test.metadata;
  const baseline = isTrue(test.status.conditions, 'Complete') ? undefined : test.spec?.compareWith?.name;
  return {
    nowMs: now(),
    test,
    limits: config.limits,
    operatorUrl: config.operatorUrl,
    grafanaUrl: config.grafanaUrl,
    turn: admissionQueue.turnOf(test),
    ...jobAndPods(dependencies, test),
    updates: updates.of(uid),
    terminationMessages: updates.terminationMessages(uid),
    recent: recent(dependencies, test),
    baseline: baseline === undefined ? undefined : tests.get(namespace, baseline),
    listeningSinceMs: listeningSinceMs(),
    wantedNotifications: notifier?.wanted ?? NOTHING,
    ...expectations.of(uid),
    settledNotifications: expectations.of(uid).settledNotifications ?? NOTHING,
    collectedIntervals: updates.intervals(uid)?.by ?? NOBODY,
    intervals: intervals(dependencies, expectations, test),
  };
}

/** The Job of a test, and the pods of that Job, also while it is deleted. */
export function jobAndPods(
  { jobs, knownJob, pods }: LoadTestDependencies,
  { metadata }: LoadTestResource,
): Pick<Observed, 'job' | 'pods'> {
  const { namespace, name, uid } = metadata;
  const ownName = jobName({ name, uid });
  const found = jobs.get(namespace, ownName);
  const isOwn = found !== undefined && isControlledBy(found, uid);
  const job = isOwn && found.metadata.deletionTimestamp === undefined ? found : undefined;
  const known = knownJob(namespace, ownName);
  if (known === undefined || !isControlledBy(known, uid)) return { job, pods: [] };
  return { job, pods: pods.indexed(keyOf(metadata)).filter((pod) => isOfJob(pod, known)) };
}

function recent({ updates }: LoadTestDependencies, { metadata, spec, status }: LoadTestResource): Observed['recent'] {
  if (spec === undefined || status.loadStartTime === undefined) return undefined;
  return mayBeAborted(spec) ? updates.timeline(metadata.uid, spec) : undefined;
}

/**
 * The run in intervals, once every runner has ended by its plan and delivered its own. They are merged once, and remembered until the test is
 * complete.
 */
function intervals(
  { updates }: LoadTestDependencies,
  expectations: Expectations,
  { metadata, spec, status }: LoadTestResource,
): Intervals | undefined {
  const { uid } = metadata;
  if (spec === undefined || isTrue(status.conditions, 'Complete')) {
    expectations.forget(uid, 'intervals');
    return undefined;
  }
  const known = expectations.of(uid).intervals;
  if (known !== undefined) return known;
  const collected = updates.intervals(uid);
  const isOver = [...updates.of(uid).values()].every(({ update }) => update.phase === 'Finished');
  if (collected === undefined || collected.by.size < spec.runners.replicas || !isOver) return undefined;
  const found = intervalsBetween(collected.ends, spec);
  expectations.put(uid, { intervals: found });
  return found;
}
