import { microseconds } from '../../api/common/duration.ts';
import { type LoadTestSpec, loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import { loadPlanOf } from '../../model/load/load-plan.ts';
import { mergeSnapshots } from '../../model/measure/merge-snapshots.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { type MeasuredTrial, mergeTrials } from '../../model/measure/trial/measured-trial.ts';
import { TrialRecorder } from '../../model/measure/trial/trial-recorder.ts';
import { NO_DATA } from '../../model/request/data.ts';
import { isSequential } from '../../model/request/request-order.ts';
import { createEngine, type Engine } from '../../runner/engine/engine.ts';
import { http } from '../../runner/protocol/http.ts';
import { prepareRequests } from '../../runner/request/prepare.ts';
import { scopesOf } from '../../runner/request/variables.ts';
import { freezeSnapshot } from './freeze-snapshot.ts';
import { enginePositions } from './specs/loads.ts';
import { type Script, scriptedTransport, VirtualTime } from './virtual-time.ts';

const MS = 1000;
const LEAD = 50 * MS;
const RESPONDS: Script = () => ({ outcome: 'response', status: 200, after: 5 * MS });

export type PlannedTrial = {
  rate: number;
  seconds: number;
  /** Ends its arrivals so long after its start. */
  endAt?: number;
  /** The engines learn of the trial so long after its start. */
  late?: number;
};

type Options = {
  spec?: object;
  capacity?: object;
  /** The worker threads of each runner. */
  workers?: number[];
  script?: Script;
  /** The most connections of an engine. */
  most?: number;
  /** Stops the load at this time. */
  stopAt?: number;
};

type Sent = { at: number; index: number; runner: number };
export type FinishedTrial = MeasuredTrial & { sent: Sent[]; startedAt: number; doneAt: number };

function specOf({ spec = {}, capacity = {} }: Options): LoadTestSpec {
  return loadTestSpecSchema.parse({
    target: { url: 'http://target' },
    requests: [{ name: 'one', path: '/${index}' }],
    load: { type: 'Capacity', capacity: { maxRate: 10_000, ...capacity } },
    ...spec,
  });
}

/** Carries out trials one after another in virtual time, on all engines of all runners. */
export function virtualTrials(planned: readonly PlannedTrial[], options: Options = {}) {
  const { workers = [1], script = RESPONDS } = options;
  const { most = Number.POSITIVE_INFINITY, stopAt = Number.POSITIVE_INFINITY } = options;
  const spec = specOf(options);
  const sequential = isSequential(spec);
  const timing = new VirtualTime();
  const finished: FinishedTrial[] = [];
  const sent: Sent[] = [];
  const states: string[] = [];
  let startedAt = 0;
  const parts = enginePositions(workers).map((position) => {
    const plan = loadPlanOf(spec, position);
    const { transport } = scriptedTransport(
      timing,
      (request, n, nowUs) => {
        sent.push({ at: nowUs, index: Number(request.path.slice(1)), runner: position.runner.index });
        return script(request, n, nowUs);
      },
      most,
    );
    const recorder = new TrialRecorder();
    const engine: Engine = createEngine({
      protocol: http,
      plan,
      requests: prepareRequests(spec.target, spec.requests, new Map(), { sequential }),
      sequential,
      clock: () => 0,
      timeoutUs: microseconds(spec.target.timeout),
      transport,
      timing,
      loop: timing,
      scopes: scopesOf({
        spec,
        test: { name: 't', uid: 'u' },
        runner: position.runner.index,
        series: plan.series,
        table: NO_DATA,
        clock: () => 0,
      }),
      onTrial: () => hear(),
    });
    const part = { engine, recorder };
    const hear = () => {
      measure(part);
      states.push(recorder.newest!.state);
      if (recorder.newest?.state === 'Done') next();
    };
    return part;
  });

  function measure({ engine, recorder }: (typeof parts)[0]): Snapshot {
    const snapshot = freezeSnapshot(engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }));
    const { newest } = engine.trials!;
    if (newest !== undefined) {
      const { number, state, startUs, lateUs, endUs } = newest;
      const ranMs = Math.max(0, Math.min(timing.now(), endUs) - startUs) / MS;
      recorder.record({ number, state, startMs: startUs / MS, lateMs: lateUs / MS, ranMs }, snapshot);
    }
    return snapshot;
  }

  function merged(number: number): MeasuredTrial {
    return mergeTrials(
      number,
      parts.map(({ recorder }) => recorder.newest),
    );
  }

  /** Begins the next trial when the one under way is done everywhere. */
  function next(): void {
    const number = finished.length;
    const trial = merged(number);
    if (trial.state !== 'Done') return;
    finished.push({ ...trial, sent: sent.splice(0), startedAt, doneAt: timing.now() });
    if (number + 1 < planned.length) begin(number + 1);
    else stopAll();
  }

  function begin(number: number): void {
    const { rate, seconds, endAt, late = 0 } = planned[number]!;
    startedAt = timing.now() + LEAD;
    const trial = { number, rate, durationMs: seconds * 1000, startUs: startedAt };
    for (const { engine } of parts) {
      timing.at(late === 0 ? timing.now() : startedAt + late, () => engine.trials!.begin(trial));
      if (endAt !== undefined) timing.at(startedAt + endAt, () => engine.trials!.end(number));
    }
  }

  function stopAll(): void {
    for (const { engine } of parts) engine.stop();
  }

  for (const { engine } of parts) engine.run(() => {});
  begin(0);
  timing.run(stopAt);
  stopAll();
  timing.run();
  const total = mergeSnapshots(parts.map((part) => measure(part)));
  return { finished, total, states, open: merged(finished.length), unread: sent };
}
