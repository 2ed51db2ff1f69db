import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { TimelineRecorder, timelineStepMs } from '../../model/measure/timeline.ts';
import { CollectedIntervals } from './collected-intervals.ts';
import {
  mayChangeDecision,
  type ReceivedUpdate,
  type RunnerUpdates,
  type TerminationMessages,
} from './received-update.ts';

const NO_UPDATES: RunnerUpdates = new Map();
const NO_MESSAGES: TerminationMessages = new Map();

/**
 * The histograms of all updates together. A thousand runners with ten requests each take 63 MB; a few runners that send all they may would
 * take more than the operator has.
 */
const MAX_PACKED_BYTES = 96 * 1024 * 1024;

/**
 * Each runner that has delivered its intervals makes room for another. Waiting runners learn it for so many deliveries at once: to notify
 * all of them of each would cost the square of their number.
 */
const DELIVERIES_TOGETHER = 20;

/**
 * The newest updates of the runners of all LoadTests, by the test's uid, and what their instructions depend on. It is memory only: runners
 * repeat their cumulative updates, so that it fills again after a restart.
 */
export class UpdateStore {
  readonly #updates = new Map<string, Map<number, ReceivedUpdate>>();
  readonly #terminationMessages = new Map<string, Map<number, string>>();
  readonly #stops = new Map<string, string>();
  readonly #tearDowns = new Set<string>();
  readonly #endedTrials = new Map<string, number>();
  readonly #trialStarts = new Map<string, { number: number; startMs: number }>();
  readonly #timelines = new Map<string, TimelineRecorder>();
  readonly #intervals = new Map<string, CollectedIntervals>();
  readonly #changed: (uid: string) => void;
  #packedBytes = 0;

  /** Calls `changed` for each test whose runners may get another instruction from now on. */
  constructor(changed: (uid: string) => void = () => {}) {
    this.#changed = changed;
  }

  of(uid: string): RunnerUpdates {
    return this.#updates.get(uid) ?? NO_UPDATES;
  }

  /** Whether a runner's update with histograms of that size may be stored. */
  hasRoom(uid: string, index: number, packedBytes: number): boolean {
    const more = packedBytes - (this.of(uid).get(index)?.packedBytes ?? 0);
    return more <= 0 || this.#packedBytes + more <= MAX_PACKED_BYTES;
  }

  /** Stores an update. True when it may change a decision. */
  put(uid: string, index: number, next: ReceivedUpdate): boolean {
    const updates = this.#updates.get(uid) ?? new Map<number, ReceivedUpdate>();
    this.#updates.set(uid, updates);
    const before = updates.get(index);
    updates.set(index, next);
    this.#packedBytes += (next.packedBytes ?? 0) - (before?.packedBytes ?? 0);
    if (index === 0 && before?.update.setup !== next.update.setup) this.#changed(uid);
    return mayChangeDecision(before, next);
  }

  /** The termination messages of a test's ended runners, also of those whose pods are gone by now. */
  terminationMessages(uid: string): TerminationMessages {
    return this.#terminationMessages.get(uid) ?? NO_MESSAGES;
  }

  putTerminationMessage(uid: string, index: number, text: string): void {
    const messages = this.#terminationMessages.get(uid) ?? new Map<number, string>();
    this.#terminationMessages.set(uid, messages.set(index, text));
  }

  /** When the trial of this number begins, for all of its runners: what `decide` returns at the first call; epoch milliseconds. */
  trialStartMs(uid: string, number: number, decide: (knowsRunners: boolean) => number): number {
    const known = this.#trialStarts.get(uid);
    if (known?.number === number) return known.startMs;
    const startMs = decide(known !== undefined);
    this.#trialStarts.set(uid, { number, startMs });
    return startMs;
  }

  /** The course of a test's run so far. */
  timeline(uid: string, spec: LoadTestSpec): TimelineRecorder {
    const timeline = this.#timelines.get(uid) ?? new TimelineRecorder(timelineStepMs(spec));
    this.#timelines.set(uid, timeline);
    return timeline;
  }

  /** Collects the intervals of a runner. True when those of all `replicas` are collected. */
  putIntervals(uid: string, index: number, ends: IntervalEnds, replicas: number): boolean {
    const intervals = this.#intervals.get(uid) ?? new CollectedIntervals();
    this.#intervals.set(uid, intervals);
    intervals.put(index, ends);
    if (intervals.by.size % DELIVERIES_TOGETHER === 0) this.#changed(uid);
    return intervals.by.size === replicas;
  }

  /** The intervals that a test's runners have delivered so far; undefined before the first delivery. */
  intervals(uid: string): Pick<CollectedIntervals, 'by' | 'ends'> | undefined {
    return this.#intervals.get(uid);
  }

  /** The newest snapshot of every runner of a test, by index; undefined for a runner that has none. */
  snapshots(uid: string, replicas: number): (Snapshot | undefined)[] {
    const updates = this.of(uid);
    return Array.from({ length: replicas }, (_, index) => updates.get(index)?.update.snapshot);
  }

  /** Why the runners of a test are to stop, if they are. */
  stopReason(uid: string): string | undefined {
    return this.#stops.get(uid);
  }

  stop(uid: string, reason: string): void {
    this.#stops.set(uid, reason);
    this.#changed(uid);
  }

  /** Whether every runner of a test has ended, so that the teardown of its script may run. */
  tearsDown(uid: string): boolean {
    return this.#tearDowns.has(uid);
  }

  tearDown(uid: string): void {
    this.#tearDowns.add(uid);
    this.#changed(uid);
  }

  /** The number of the trial of a test whose arrivals end before its plan, if any. */
  endedTrial(uid: string): number | undefined {
    return this.#endedTrials.get(uid);
  }

  endTrial(uid: string, number: number): void {
    this.#endedTrials.set(uid, number);
    this.#changed(uid);
  }

  forget(uid: string): void {
    for (const { packedBytes = 0 } of this.of(uid).values()) this.#packedBytes -= packedBytes;
    this.#updates.delete(uid);
    this.#terminationMessages.delete(uid);
    this.#stops.delete(uid);
    this.#tearDowns.delete(uid);
    this.#endedTrials.delete(uid);
    this.#trialStarts.delete(uid);
    this.#timelines.delete(uid);
    this.#intervals.delete(uid);
    this.#changed(uid);
  }
}
