import type { Snapshot } from '../snapshot.ts';
import { type MeasuredTrial, trialSince } from './measured-trial.ts';

/** How far the newest trial of a thread is; `startMs` counts from the beginning of the load. */
export type TrialStage = Omit<MeasuredTrial, 'snapshot'> & { startMs: number };

/**
 * Measures the trials of one thread from its cumulative snapshots: a trial is what came since the one before it was done, as nothing is sent
 * between two trials.
 */
export class TrialRecorder {
  newest: MeasuredTrial | undefined;
  /** All trials before the newest one; undefined before the first is done. */
  #before: Snapshot | undefined;
  #all: Snapshot | undefined;

  /** Takes the newest snapshot, and how far the trial was at that moment. */
  record({ startMs, ...stage }: TrialStage, snapshot: Snapshot): void {
    const { newest } = this;
    const isDone = newest?.state === 'Done';
    if (isDone && newest.number === stage.number) return;
    if (isDone) this.#before = this.#all;
    if (stage.state === 'Pending') {
      // Only the health of the thread has changed meanwhile. Histograms are live, and may be ahead of the snapshot.
      this.#before = this.#before && withHealthOf(this.#before, snapshot);
      this.newest = stage;
      return;
    }
    this.newest = { ...stage, snapshot: trialSince(this.#before, snapshot, startMs) };
    this.#all = snapshot;
  }
}

function withHealthOf(measured: Snapshot, { elapsedMs, cpuMs, eventLoopUtilization, throttledMs }: Snapshot): Snapshot {
  return { ...measured, elapsedMs, cpuMs, eventLoopUtilization, throttledMs };
}
