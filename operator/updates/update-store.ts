import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { TimelineRecorder, timelineStepMs } from '../../model/measure/timeline.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import { CollectedIntervals } from './collected-intervals.ts';

/** The newest report of one runner. */
export type ReceivedUpdate = { podUid: string; receivedAtMs: number; report: RunnerUpdate };

/** What the runners of one LoadTest last said, by index. Never changed in place. */
export type RunnerUpdates = ReadonlyMap<number, ReceivedUpdate>;

/** What runners left behind in their termination messages, by index. Never changed in place. */
export type TerminationMessages = ReadonlyMap<number, string>;

const NONE: RunnerUpdates = new Map();
const NO_WORDS: TerminationMessages = new Map();

/**
 * Each runner that has told its windows gives its turn to another. That is passed on for so many together: to tell all that wait each time
 * would cost the square of how many there are.
 */
const TURNS_TOGETHER = 20;

/**
 * What the runners of all LoadTests last said, by the test's uid, and what they are to be told. It is memory only: runners repeat
 * their cumulative reports, so that after a restart it fills by itself.
 */
export class UpdateStore {
  readonly #reports = new Map<string, Map<number, ReceivedUpdate>>();
  readonly #words = new Map<string, Map<number, string>>();
  readonly #stops = new Map<string, string>();
  readonly #tearDowns = new Set<string>();
  readonly #timelines = new Map<string, TimelineRecorder>();
  readonly #windows = new Map<string, CollectedIntervals>();
  readonly #changed: (uid: string) => void;

  /** `changed` is told of every test whose runners may be told something else now. */
  constructor(changed: (uid: string) => void = () => {}) {
    this.#changed = changed;
  }

  of(uid: string): RunnerUpdates {
    return this.#reports.get(uid) ?? NONE;
  }

  /** Keeps a report. True when it says something that decides: another phase, another pod, or another end of a teardown. */
  put(uid: string, index: number, next: ReceivedUpdate): boolean {
    const reports = this.#reports.get(uid) ?? new Map<number, ReceivedUpdate>();
    this.#reports.set(uid, reports);
    const before = reports.get(index);
    reports.set(index, next);
    if (index === 0 && before?.report.setup !== next.report.setup) this.#changed(uid);
    return (
      before?.report.phase !== next.report.phase ||
      before.podUid !== next.podUid ||
      before.report.teardown?.state !== next.report.teardown?.state
    );
  }

  /** What the ended runners of a test left behind, also those whose pods are gone by now. */
  words(uid: string): TerminationMessages {
    return this.#words.get(uid) ?? NO_WORDS;
  }

  putTerminationMessage(uid: string, index: number, text: string): void {
    this.#words.set(uid, (this.#words.get(uid) ?? new Map<number, string>()).set(index, text));
  }

  /** How a test's run went so far. */
  timeline(uid: string, spec: LoadTestSpec): TimelineRecorder {
    const timeline = this.#timelines.get(uid) ?? new TimelineRecorder(timelineStepMs(spec));
    this.#timelines.set(uid, timeline);
    return timeline;
  }

  /** Takes the windows that a runner tells. True when all `replicas` have told theirs. */
  putIntervals(uid: string, index: number, ends: IntervalEnds, replicas: number): boolean {
    const windows = this.#windows.get(uid) ?? new CollectedIntervals();
    this.#windows.set(uid, windows);
    windows.put(index, ends);
    if (windows.by.size % TURNS_TOGETHER === 0) this.#changed(uid);
    return windows.by.size === replicas;
  }

  /** The windows that the runners of a test have told so far; undefined as long as nobody has told any. */
  windows(uid: string): Pick<CollectedIntervals, 'by' | 'ends'> | undefined {
    return this.#windows.get(uid);
  }

  /** The newest measurement of every runner of a test, by index; undefined for one that has none. */
  snapshots(uid: string, replicas: number): (Snapshot | undefined)[] {
    const reports = this.of(uid);
    return Array.from({ length: replicas }, (_, index) => reports.get(index)?.report.snapshot);
  }

  /** Why the runners of a test are to stop, if they are. */
  stopReason(uid: string): string | undefined {
    return this.#stops.get(uid);
  }

  stop(uid: string, reason: string): void {
    this.#stops.set(uid, reason);
    this.#changed(uid);
  }

  /** Whether every runner of a test has ended, so that its script may tear down what it has set up. */
  tearsDown(uid: string): boolean {
    return this.#tearDowns.has(uid);
  }

  tearDown(uid: string): void {
    this.#tearDowns.add(uid);
    this.#changed(uid);
  }

  forget(uid: string): void {
    this.#reports.delete(uid);
    this.#words.delete(uid);
    this.#stops.delete(uid);
    this.#tearDowns.delete(uid);
    this.#timelines.delete(uid);
    this.#windows.delete(uid);
    this.#changed(uid);
  }
}
