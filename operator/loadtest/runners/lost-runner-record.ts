import { ANNOTATION_LOST_RUNNER } from '../../../api/common/names.ts';
import {
  type LostRunnerRecord,
  lostRunnerRecordSchema,
  MAX_TERMINATION_MESSAGE_BYTES,
} from '../../../api/protocol/termination-message.ts';
import { encodeTerminationMessage } from '../../../model/wire/termination-message.ts';
import type { Job } from '../../kube/types.ts';
import type { Runner } from './runner.ts';

/** An object's annotations may have 256 KiB together. */
const MAX_BYTES = 250_000;
/** What a runner takes beside its message and its last words: the key, the fields' names and the uid of its pod. */
const OVERHEAD_BYTES = 112;
const MAX_MESSAGE = 256;

/** What is kept on the Job of runners that were lost, by index. */
export function lostRunnerRecords(job: Job | undefined): Map<number, LostRunnerRecord> {
  const found = new Map<number, LostRunnerRecord>();
  for (const [key, text] of Object.entries(job?.metadata.annotations ?? {})) {
    if (!key.startsWith(ANNOTATION_LOST_RUNNER)) continue;
    const kept = parse(text);
    if (kept !== undefined) found.set(Number(key.slice(ANNOTATION_LOST_RUNNER.length)), kept);
  }
  return found;
}

/** The annotations that keep these runners beside those that `job` has. The more there are at once, the coarser each. */
export function annotationsFor(job: Job, runners: readonly Runner[]): Record<string, string> {
  const used = Object.entries(job.metadata.annotations ?? {}).reduce((sum, [k, v]) => sum + k.length + v.length, 0);
  const share = Math.floor((MAX_BYTES - used) / runners.length) - OVERHEAD_BYTES;
  return Object.fromEntries(
    runners.map(({ index, message, report, podUid }) => {
      const said = message.slice(0, Math.max(0, Math.min(MAX_MESSAGE, Math.floor(share / 3))));
      const limit = Math.min(MAX_TERMINATION_MESSAGE_BYTES, share - said.length);
      const terminationMessage = report === undefined ? undefined : encodeTerminationMessage(report, limit);
      const kept: LostRunnerRecord = {
        message: said,
        ...(podUid && { podUid }),
        ...(terminationMessage && { terminationMessage }),
      };
      return [`${ANNOTATION_LOST_RUNNER}${index}`, JSON.stringify(kept)];
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
