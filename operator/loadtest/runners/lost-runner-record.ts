import { ANNOTATION_LOST_RUNNER } from '../../../api/common/names.ts';
import { type LostRunnerRecord, lostRunnerRecordSchema } from '../../../api/protocol/lost-runner-record.ts';
import { MAX_TERMINATION_MESSAGE_BYTES } from '../../../api/protocol/termination-message.ts';
import { encodeTerminationMessage } from '../../../model/wire/termination-message.ts';
import type { Job } from '../../kube/types.ts';
import type { Runner } from './runner.ts';

/** An object's annotations may have 256 KiB together. */
const MAX_BYTES = 250_000;
/** The size of a record beside its two messages: the key, the names of the fields and the uid of the pod. */
const OVERHEAD_BYTES = 112;
const MAX_MESSAGE = 256;

/** The records of lost runners on the Job, by index. */
export function lostRunnerRecords(job: Job | undefined): Map<number, LostRunnerRecord> {
  const found = new Map<number, LostRunnerRecord>();
  for (const [key, text] of Object.entries(job?.metadata.annotations ?? {})) {
    if (!key.startsWith(ANNOTATION_LOST_RUNNER)) continue;
    const record = parse(text);
    if (record !== undefined) found.set(Number(key.slice(ANNOTATION_LOST_RUNNER.length)), record);
  }
  return found;
}

/** The annotations that record these runners beside those that `job` has. The more runners at once, the coarser each record. */
export function annotationsFor(job: Job, runners: readonly Runner[]): Record<string, string> {
  const used = Object.entries(job.metadata.annotations ?? {}).reduce((sum, [k, v]) => sum + k.length + v.length, 0);
  const share = Math.floor((MAX_BYTES - used) / runners.length) - OVERHEAD_BYTES;
  return Object.fromEntries(
    runners.map(({ index, message, update, podUid }) => {
      const shortened = message.slice(0, Math.max(0, Math.min(MAX_MESSAGE, Math.floor(share / 3))));
      const limit = Math.min(MAX_TERMINATION_MESSAGE_BYTES, share - shortened.length);
      const terminationMessage = update === undefined ? undefined : encodeTerminationMessage(update, limit);
      const record: LostRunnerRecord = {
        message: shortened,
        ...(podUid && { podUid }),
        ...(terminationMessage && { terminationMessage }),
      };
      return [`${ANNOTATION_LOST_RUNNER}${index}`, JSON.stringify(record)];
    }),
  );
}

function parse(text: string): LostRunnerRecord | undefined {
  try {
    return lostRunnerRecordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
