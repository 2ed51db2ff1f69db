import * as z from 'zod';
import { snapshotSchemaOf } from '../../api/protocol/snapshot.ts';
import { trialUpdateSchema } from '../../api/protocol/trial.ts';
import { PackedHistogram } from '../../model/measure/packed-histogram.ts';
import { impossibleNumbers } from '../../model/measure/possible/impossible-numbers.ts';
import { mapHistograms, type Snapshot } from '../../model/measure/snapshot.ts';
import type { TrialStage } from '../../model/measure/trial/trial-recorder.ts';
import type { LiveSnapshot } from '../engine/recorder.ts';

/** What a worker thread reports: that it is ready, that its script is not valid, or what it has measured. */
export type ThreadMessage =
  | { type: 'ready' }
  | { type: 'invalid'; problem: string }
  | {
      type: 'progress' | 'trial' | 'finished';
      snapshot: Snapshot;
      samples: readonly string[];
      trial?: TrialStage | undefined;
    };

const trialSchema = trialUpdateSchema.omit({ snapshot: true }).extend({ startMs: z.number() });
const messageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('invalid'), problem: z.string() }),
  z.strictObject({
    type: z.enum(['progress', 'trial', 'finished']),
    snapshot: snapshotSchemaOf(z.instanceof(Float64Array)),
    samples: z.custom<string[]>((lines) => Array.isArray(lines) && lines.every((line) => typeof line === 'string')),
    trial: trialSchema.optional(),
  }),
]);

/**
 * A message of a thread with requests of these names; or what is wrong with it, as a sentence. Code of others may run in the thread, and whatever
 * it sends must end the thread alone.
 */
export function readThreadMessage(message: unknown, names: readonly string[]): ThreadMessage | { problem: string } {
  const { data, error } = messageSchema.safeParse(message);
  if (data === undefined) {
    const [issue] = error.issues;
    return { problem: `${issue!.path.join('.') || 'message'}: ${issue!.message}` };
  }
  if (data.type === 'ready' || data.type === 'invalid') return data;
  const snapshot = freeze(data.snapshot);
  if ('problem' in snapshot) return snapshot;
  if (!names.every((name, i) => snapshot.requests[i]?.name === name) || snapshot.requests.length !== names.length)
    return { problem: `snapshot.requests: must be ${names.join(', ')}` };
  const impossible = impossibleNumbers(snapshot, data.type === 'finished' ? 'Final' : 'Live');
  return impossible === undefined ? { ...data, snapshot } : { problem: `snapshot.${impossible}` };
}

/** Packs the live histograms, which the thread may write meanwhile. */
function freeze(live: LiveSnapshot): Snapshot | { problem: string } {
  let broken: string | undefined;
  const snapshot = mapHistograms(live, (counts, field) => {
    const packed = PackedHistogram.ofOthers(counts);
    if (packed === undefined) broken ??= field;
    return packed ?? PackedHistogram.EMPTY;
  });
  return broken === undefined ? snapshot : { problem: `snapshot.${broken}: must be counts of samples` };
}
