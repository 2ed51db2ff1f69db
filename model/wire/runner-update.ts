import type { IntervalEndsMessage } from '../../api/protocol/interval-ends.ts';
import type { RunnerUpdateMessage } from '../../api/protocol/runner-update.ts';
import type { SnapshotMessage } from '../../api/protocol/snapshot.ts';
import type { TrialUpdateMessage } from '../../api/protocol/trial.ts';
import type { IntervalEndOf, IntervalEnds, IntervalEndsOf } from '../compare/interval-end.ts';
import { PackedHistogram } from '../measure/packed-histogram.ts';
import { mapHistograms, type Snapshot } from '../measure/snapshot.ts';
import type { MeasuredTrial } from '../measure/trial/measured-trial.ts';
import { decodeHistogram, encodeHistogram } from './histogram-encoding.ts';

/** A runner update as operator and runner work with it. RunnerUpdateMessage is its form on the wire. */
export type RunnerUpdate = Omit<RunnerUpdateMessage, 'snapshot' | 'trial' | 'windows'> & {
  snapshot?: Snapshot | undefined;
  trial?: MeasuredTrial | undefined;
  /** With the final update: the intervals of the run; Kept until the operator asks for them, once. */
  intervals?: 'Kept' | IntervalEnds | undefined;
};

/** Whether an update is the last of its runner, which measures nothing more. */
export function isFinalUpdate({ phase }: Pick<RunnerUpdate, 'phase'>): boolean {
  return phase === 'Finished' || phase === 'Failed';
}

/** The runner does this once for each update that it posts. */
export function encodeRunnerUpdate({ snapshot, trial, intervals, ...update }: RunnerUpdate): RunnerUpdateMessage {
  return {
    ...update,
    ...(snapshot && { snapshot: encodeSnapshot(snapshot) }),
    ...(trial && { trial: { ...trial, snapshot: trial.snapshot && encodeSnapshot(trial.snapshot) } }),
    ...(intervals && { windows: intervals === 'Kept' ? intervals : encodeIntervalEnds(intervals) }),
  };
}

export function encodeSnapshot(snapshot: Snapshot): SnapshotMessage {
  return mapHistograms(snapshot, encodeHistogram);
}

export function encodeIntervalEnds(ends: IntervalEnds): IntervalEndsMessage {
  return mapEnds(ends, encodeHistogram);
}

/**
 * The most bytes of packed histograms in an update. The histograms of 32 requests with ten thousand buckets in use each take two million; a
 * few kilobytes of zlib can hold more than the operator's memory.
 */
export const MAX_PACKED_BYTES = 4 * 1024 * 1024;

/**
 * The operator does this once for each update that comes. `packedBytes` is the size of its histograms in memory. A problem names the first
 * field that holds no histogram, or at which they become too large; nothing is decoded after it.
 */
export function decodeRunnerUpdate(
  message: RunnerUpdateMessage,
): { update: RunnerUpdate; packedBytes: number } | { problem: string } {
  const { snapshot, trial, windows, ...rest } = message;
  let problem: string | undefined;
  let packedBytes = 0;
  const decodeIn = (part: string) => (text: string, field: string) => {
    const histogram = problem === undefined ? decodeHistogram(text) : undefined;
    packedBytes += histogram?.bytes.length ?? 0;
    if (histogram === undefined) problem ??= `${part}.${field}: must be an HdrHistogram in the V2 encoding`;
    else if (packedBytes > MAX_PACKED_BYTES)
      problem = `${part}.${field}: histograms take more than ${MAX_PACKED_BYTES} bytes`;
    return histogram ?? PackedHistogram.EMPTY;
  };
  const update: RunnerUpdate = {
    ...rest,
    ...(snapshot && { snapshot: mapHistograms(snapshot, decodeIn('snapshot')) }),
    ...(trial && { trial: decodeTrial(trial, decodeIn('trial.snapshot')) }),
    ...(windows && { intervals: windows === 'Kept' ? windows : mapEnds(windows, decodeIn('windows')) }),
  };
  return problem === undefined ? { update, packedBytes } : { problem };
}

function decodeTrial(
  { snapshot, ...trial }: TrialUpdateMessage,
  decode: (text: string, field: string) => PackedHistogram,
): MeasuredTrial {
  return { ...trial, ...(snapshot && { snapshot: mapHistograms(snapshot, decode) }) };
}

/** The ends with their histograms in another form. `convert` also receives the path of the field, `last` being the end after all others. */
function mapEnds<A, B>(
  { stepMs, ends, last }: IntervalEndsOf<A>,
  convert: (histogram: A, field: string) => B,
): IntervalEndsOf<B> {
  const converted = (end: IntervalEndOf<A>, i: number): IntervalEndOf<B> => ({
    ...end,
    responseTime: convert(end.responseTime, `${i}.responseTime`),
  });
  return { stepMs, ends: ends.map(converted), last: converted(last, ends.length) };
}
