import { isDeepStrictEqual } from 'node:util';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Instruction } from '../../api/protocol/instruction.ts';
import { PHASES, runnerUpdateSchema } from '../../api/protocol/runner-update.ts';
import { isTrue } from '../../api/status/conditions.ts';
import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import { identityProblems } from '../../model/measure/counters.ts';
import { decodeRunnerUpdate, type RunnerUpdate } from '../../model/wire/runner-update.ts';
import type { Pod } from '../kube/types.ts';
import { keyOf, type LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import type { UpdateStore } from '../updates/update-store.ts';
import type { Caller } from './authenticator.ts';
import { instruct } from './instruction.ts';
import { patienceMs, TELL_TOGETHER } from './polling.ts';
import { type FindJob, type RunnerIdentity, runnerOf } from './runner-identity.ts';

/** A refusal, as an HTTP status and what is wrong. */
export type Refusal = { status: 400 | 401 | 403 | 404 | 409; error: string };

export type EndpointDependencies = {
  authenticate: (token: string) => Promise<Caller>;
  pod: (namespace: string, name: string) => Pod | undefined;
  job: FindJob;
  test: (namespace: string, name: string) => LoadTestResource | undefined;
  reports: UpdateStore;
  addresses: Assignment['addresses'];
  /** Asks for a look at a LoadTest of so many runners. */
  enqueue: (key: string, replicas: number) => void;
  now: () => number;
};

/** The runner that holds `token`. Rejects when the API server could not be asked. */
export async function identify(
  dependencies: EndpointDependencies,
  token: string | undefined,
): Promise<RunnerIdentity | Refusal> {
  if (token === undefined) return { status: 401, error: 'a bearer token is needed' };
  const caller = await dependencies.authenticate(token);
  if (caller.kind === 'Unknown') return { status: 401, error: 'the token is not valid for this audience' };
  if (caller.kind === 'NoPod') return { status: 403, error: "only a pod's token may report" };
  const pod = dependencies.pod(caller.pod.namespace, caller.pod.name);
  if (pod === undefined || pod.metadata.uid !== caller.pod.uid) return { status: 404, error: 'the pod is not known' };
  return runnerOf(pod, dependencies.job) ?? { status: 403, error: 'the pod is not a runner of a LoadTest' };
}

/** Keeps what a runner reports; the report as it is kept, without the windows that came with it. */
export function takeUpdate(
  dependencies: EndpointDependencies,
  runner: RunnerIdentity,
  body: unknown,
): { report: RunnerUpdate } | Refusal {
  const parsed = parseUpdate(body);
  if ('error' in parsed) return parsed;

  const test = testOf(dependencies, runner);
  const known = dependencies.reports.of(runner.uid).get(runner.index);
  if (known?.podUid === runner.podUid && isOlder(parsed.report, known.report)) {
    return { status: 409, error: 'a later report of this runner is known' };
  }
  const { report, windows } = apart(parsed.report);
  const isLate = test !== undefined && isLatecomer(dependencies.reports, test, runner, report);
  if (test !== undefined && !isLate && !isTrue(test.status.conditions, 'Complete')) {
    const foreign = foreignRequests(report, test.spec);
    if (foreign !== undefined) return { status: 400, error: foreign };
    const replicas = test.spec?.runners.replicas ?? 1;
    const isLastTold =
      windows !== undefined && dependencies.reports.putIntervals(runner.uid, runner.index, windows, replicas);
    const said = { podUid: runner.podUid, receivedAtMs: dependencies.now(), report };
    const isNews = dependencies.reports.put(runner.uid, runner.index, said);
    if (isNews || isLastTold) dependencies.enqueue(keyOf(runner), replicas);
    if (test.spec !== undefined && report.snapshot !== undefined) {
      const timeline = dependencies.reports.timeline(runner.uid, test.spec);
      const isMoment = timeline.record(dependencies.reports.snapshots(runner.uid, replicas), patienceMs(replicas));
      if (isMoment && test.spec.thresholds?.some((t) => t.abort)) dependencies.enqueue(keyOf(runner), replicas);
    }
  }
  return { report };
}

/** The instruction for a runner that has reported, as things are now. */
export function instructionFor(
  dependencies: EndpointDependencies,
  runner: RunnerIdentity,
  report: RunnerUpdate,
): Instruction {
  const test = testOf(dependencies, runner);
  const isLate = test !== undefined && isLatecomer(dependencies.reports, test, runner, report);
  const stopReason = isLate ? 'the run has begun without this pod' : dependencies.reports.stopReason(runner.uid);
  const setup = test?.spec?.script === undefined ? undefined : dependencies.reports.of(runner.uid).get(0)?.report.setup;
  const tearDown = dependencies.reports.tearsDown(runner.uid);
  const { addresses } = dependencies;
  const nowMs = dependencies.now();
  const isToTell = isTurnOf(runner.index, dependencies.reports.windows(runner.uid)?.by);
  return instruct({ nowMs, addresses, test, index: runner.index, report, stopReason, setup, tearDown, isToTell });
}

/** The LoadTest that a runner belongs to; undefined when it is gone, or another has its name. */
function testOf(
  dependencies: EndpointDependencies,
  { namespace, name, uid }: RunnerIdentity,
): LoadTestResource | undefined {
  const test = dependencies.test(namespace, name);
  return test?.metadata.uid === uid ? test : undefined;
}

/** Whether a runner that has ended is to tell its windows now: those of a thousand at once would be too much to hold. */
function isTurnOf(index: number, told: ReadonlySet<number> = new Set()): boolean {
  return !told.has(index) && index < told.size + TELL_TOGETHER;
}

/** A report as it is kept, and the windows that came with it: those of many runners are added up instead. */
function apart({ windows, ...report }: RunnerUpdate): { report: RunnerUpdate; windows?: IntervalEnds } {
  if (windows === undefined || report.phase !== 'Finished') return { report };
  return { report: { ...report, windows: 'Kept' }, ...(windows !== 'Kept' && { windows }) };
}

/**
 * What is wrong with a report whose requests are not the spec's, each at its place: it could not be added to those of other runners. An
 * image of another version (`runner.image`) may send one.
 */
function foreignRequests({ snapshot }: RunnerUpdate, spec: LoadTestSpec | undefined): string | undefined {
  if (snapshot === undefined || spec === undefined) return undefined;
  const [said, asked] = [namesOf(snapshot.requests), namesOf(spec.requests)];
  if (isDeepStrictEqual(said, asked)) return undefined;
  return `snapshot.requests: must be those of the spec, ${asked.join(', ')}, and not ${said.join(', ') || 'none'}`;
}

function namesOf(requests: readonly { name: string }[]): string[] {
  return requests.map(({ name }) => name);
}

/** Whether a report comes from a successor of a runner that the load began with. */
function isLatecomer(
  reports: UpdateStore,
  test: LoadTestResource,
  { uid, index, podUid }: RunnerIdentity,
  report: RunnerUpdate,
): boolean {
  if (test.status.loadStartTime === undefined) return false;
  const known = reports.of(uid).get(index);
  return report.phase === 'Starting' || (known !== undefined && known.podUid !== podUid);
}

/** Whether a report was overtaken: sent again by whoever got hold of it, or late by the network. */
function isOlder(report: RunnerUpdate, known: RunnerUpdate): boolean {
  const order = (phase: RunnerUpdate['phase']) =>
    phase === 'Failed' ? PHASES.indexOf('Finished') : PHASES.indexOf(phase);
  const measured = (r: RunnerUpdate) => r.snapshot?.elapsedMs ?? -1;
  return order(report.phase) < order(known.phase) || measured(report) < measured(known);
}

/** A report that holds what it promises, its histograms and the identity of its counts included; else what is wrong and where. */
export function parseUpdate(body: unknown): { report: RunnerUpdate } | Refusal {
  const parsed = runnerUpdateSchema.safeParse(body);
  if (!parsed.success) {
    const error = parsed.error.issues.map((i) => `${i.path.join('.') || 'report'}: ${i.message}`).join('; ');
    return { status: 400, error };
  }
  const decoded = decodeRunnerUpdate(parsed.data);
  if ('problem' in decoded) return { status: 400, error: decoded.problem };
  const wrong = (decoded.update.snapshot?.requests ?? []).flatMap((r, i) =>
    identityProblems(r.counts).map((problem) => `snapshot.requests.${i}.counts: ${problem}`),
  );
  return wrong.length === 0 ? { report: decoded.update } : { status: 400, error: wrong.join('; ') };
}
