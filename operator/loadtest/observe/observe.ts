import { jobName } from '../../../api/common/names.ts';
import { isTrue } from '../../../api/status/conditions.ts';
import { type Windows, windowsBetween } from '../../../model/compare/intervals.ts';
import { isControlledBy } from '../../kube/owner.ts';
import type { Line } from '../admission/admission-queue.ts';
import type { Observed } from '../decide/decision.ts';
import type { LoadTestWorld } from '../dependencies.ts';
import { keyOf, type Test } from '../resources/loadtest-resource.ts';
import { isOfJob } from '../resources/pods.ts';
import type { Memory } from './expectations.ts';

const NOBODY: ReadonlySet<number> = new Set();

/** Gathers all that a decision about a test depends on. Asks nobody: it is all here. */
export function observe(world: LoadTestWorld, line: Line, memory: Memory, test: Test): Observed {
  const { tests, reports, config, now, listeningSinceMs } = world;
  const { namespace, uid } = test.metadata;
  const baseline = isTrue(test.status.conditions, 'Complete') ? undefined : test.spec?.compareWith?.name;
  return {
    nowMs: now(),
    test,
    limits: config.limits,
    waitsFor: line.waitsFor(test),
    ...jobAndPods(world, test),
    reports: reports.of(uid),
    words: reports.words(uid),
    recent: recent(world, test),
    baseline: baseline === undefined ? undefined : tests.get(namespace, baseline),
    listeningSinceMs: listeningSinceMs(),
    ...memory.of(uid),
    toldWindows: reports.windows(uid)?.by ?? NOBODY,
    windows: windows(world, memory, test),
  };
}

/** The Job of a test, and that Job's pods. */
export function jobAndPods({ jobs, pods }: LoadTestWorld, { metadata }: Test): Pick<Observed, 'job' | 'pods'> {
  const { namespace, name, uid } = metadata;
  const ownName = jobName({ name, uid });
  const found = jobs.get(namespace, ownName);
  const isOwn = found !== undefined && isControlledBy(found, uid);
  const job = isOwn && found.metadata.deletionTimestamp === undefined ? found : undefined;
  return { job, pods: pods.indexed(keyOf(metadata)).filter((pod) => isOfJob(pod, ownName, job)) };
}

function recent({ reports }: LoadTestWorld, { metadata, spec, status }: Test): Observed['recent'] {
  if (spec === undefined || status.loadStartTime === undefined) return undefined;
  return spec.thresholds?.some((t) => t.abort) ? reports.timeline(metadata.uid, spec) : undefined;
}

/**
 * The run in windows, once every runner has ended in order and told its own: nothing is missing in them then. Adding them up is worth doing
 * once, so it is remembered until the test is complete.
 */
function windows({ reports }: LoadTestWorld, memory: Memory, { metadata, spec, status }: Test): Windows | undefined {
  const { uid } = metadata;
  if (spec === undefined || isTrue(status.conditions, 'Complete')) {
    memory.forget(uid, 'windows');
    return undefined;
  }
  const known = memory.of(uid).windows;
  if (known !== undefined) return known;
  const told = reports.windows(uid);
  const isOver = [...reports.of(uid).values()].every(({ report }) => report.phase === 'Finished');
  if (told === undefined || told.by.size < spec.runners.replicas || !isOver) return undefined;
  const found = windowsBetween(told.ends);
  memory.put(uid, { windows: found });
  return found;
}
