import { API_VERSION, LOAD_TEST } from '../../../api/common/group.ts';
import {
  jobName,
  LABEL_COMPLETION_INDEX,
  LABEL_MANAGED_BY,
  LABEL_TEST,
  LABEL_TEST_UID,
  MANAGER,
} from '../../../api/common/names.ts';
import { operatorLimitsSchema } from '../../../api/common/operator-limits.ts';
import { type ConditionType, findCondition } from '../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { noCounts } from '../../../model/measure/counters.ts';
import { Histogram } from '../../../model/measure/histogram.ts';
import { PackedHistogram } from '../../../model/measure/packed-histogram.ts';
import type { RunnerUpdate } from '../../../model/wire/runner-update.ts';
import type { Job, ObjectMeta, Pod, Resource } from '../../../operator/kube/types.ts';
import type { Observed } from '../../../operator/loadtest/observe/observed.ts';
import { parseLoadTest } from '../../../operator/loadtest/resources/loadtest-resource.ts';
import type { ReceivedUpdate } from '../../../operator/updates/received-update.ts';
import { sameTimes } from '../results/summary.ts';

/** The current time in the tests of the operator. */
export const NOW = Date.parse('2026-03-01T12:00:00.000Z');
export const UID = '3f1c7a52-9f43-4d27-8c3e-6f1d6b1f7a10';
export const JOB = jobName({ name: 'checkout', uid: UID });

export function at(offsetMs: number): string {
  return new Date(NOW + offsetMs).toISOString();
}

function meta(name: string, uid: string): ObjectMeta {
  return { name, namespace: 'shop', uid, resourceVersion: '10', generation: 1, creationTimestamp: at(-60_000) };
}

const SPEC = {
  target: { url: 'http://checkout.shop.svc' },
  load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } },
  runners: { replicas: 2 },
};

/** A LoadTest with two runners; `spec` overrides fields of its spec. */
export function resource(spec: Record<string, unknown> = {}, status: LoadTestStatus = {}): Resource {
  return { metadata: meta('checkout', UID), spec: { ...SPEC, ...spec }, status };
}

export function loadTest(spec: Record<string, unknown> = {}, status: LoadTestStatus = {}) {
  return parseLoadTest(resource(spec, status));
}

export function job(status: Job['status'] = { active: 2 }, spec: Job['spec'] = {}): Job {
  const labels = { [LABEL_MANAGED_BY]: MANAGER, [LABEL_TEST]: 'checkout', [LABEL_TEST_UID]: UID };
  const owner = { apiVersion: API_VERSION, kind: LOAD_TEST.kind, name: 'checkout', uid: UID, controller: true };
  return { metadata: { ...meta(JOB, 'job-uid'), labels, ownerReferences: [owner] }, spec, status };
}

export function pod(index: number, status: Pod['status'] = { phase: 'Running' }): Pod {
  const labels = {
    [LABEL_MANAGED_BY]: MANAGER,
    [LABEL_TEST]: 'checkout',
    [LABEL_TEST_UID]: UID,
    [LABEL_COMPLETION_INDEX]: String(index),
  };
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: JOB, uid: 'job-uid', controller: true };
  return { metadata: { ...meta(`${JOB}-${index}-x`, `pod-${index}`), labels, ownerReferences: [owner] }, status };
}

/** The snapshot of a runner with `done` completed requests of `ms` each. */
export function snapshot(done: number, ms = 5): NonNullable<RunnerUpdate['snapshot']> {
  const times = new Histogram();
  for (let i = 0; i < done; i++) times.record(ms * 1000);
  const packed = PackedHistogram.of(times);
  const counts = { ...noCounts(), generated: done, made: done, done };
  return {
    elapsedMs: 10_000,
    requests: [{ name: 'default', counts, ...sameTimes(packed) }],
    responses: [{ code: '200', count: done }],
    errors: [],
    pacingLag: PackedHistogram.of(new Histogram()),
    cpuMs: 100,
    eventLoopUtilization: 0.1,
  };
}

/** The newest update of a runner, as an entry of the store. */
export function update(index: number, update: RunnerUpdate, receivedAtMs = NOW): [number, ReceivedUpdate] {
  return [index, { podUid: `pod-${index}`, receivedAtMs, update }];
}

/** A threshold that aborts the load. */
export const TOO_SLOW = { thresholds: [{ metric: 'responseTime.p99', max: '100ms', abort: true }] };
/** Ten seconds of measurements that violate `TOO_SLOW`. The runners in `silent` sent no update at their end. */
export function slow(silent: number[] = []): NonNullable<Observed['recent']> {
  return { window: snapshot(50, 200), elapsedMs: 10_000, silent };
}
/** The message about the violated threshold. */
export const WHY_SLOW = 'over the last 10s responseTime.p99 200ms exceeds 100ms';

/** The observed state of a LoadTest with two running pods, which have sent no update yet. */
export function observedState(change: Partial<Observed> = {}): Observed {
  return {
    nowMs: NOW,
    test: loadTest(),
    limits: operatorLimitsSchema.parse({}),
    operatorUrl: 'http://operator:8090',
    job: job(),
    pods: [pod(0), pod(1)],
    updates: new Map(),
    terminationMessages: new Map(),
    collectedIntervals: new Set(),
    wantedNotifications: new Set(),
    settledNotifications: new Set(),
    listeningSinceMs: NOW - 3600_000,
    ...change,
  };
}

/** A condition as "True/Reason", or "-" without the condition. */
export function conditionText(status: LoadTestStatus | undefined, type: ConditionType): string {
  const condition = findCondition(status?.conditions, type);
  return condition === undefined ? '-' : `${condition.status}/${condition.reason}`;
}
