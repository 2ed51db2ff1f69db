import { ANNOTATION_KEPT } from '../../../api/common/names.ts';
import { type KeptRunner, keptRunnerSchema, MAX_LAST_WORDS_BYTES } from '../../../api/protocol/termination-message.ts';
import { encodeLastWords } from '../../../model/measure/termination-message.ts';
import type { Job } from '../../kube/types.ts';
import type { Runner } from './runner.ts';

/** An object's annotations may have 256 KiB together. */
const MAX_BYTES = 250_000;
/** What a runner takes beside its message and its last words: the key, the fields' names and the uid of its pod. */
const OVERHEAD_BYTES = 112;
const MAX_MESSAGE = 256;

/** What is kept on the Job of runners that were lost, by index. */
export function keptOn(job: Job | undefined): Map<number, KeptRunner> {
  const found = new Map<number, KeptRunner>();
  for (const [key, text] of Object.entries(job?.metadata.annotations ?? {})) {
    if (!key.startsWith(ANNOTATION_KEPT)) continue;
    const kept = parse(text);
    if (kept !== undefined) found.set(Number(key.slice(ANNOTATION_KEPT.length)), kept);
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
      const limit = Math.min(MAX_LAST_WORDS_BYTES, share - said.length);
      const lastWords = report === undefined ? undefined : encodeLastWords(report, limit);
      const kept: KeptRunner = { message: said, ...(podUid && { podUid }), ...(lastWords && { lastWords }) };
      return [`${ANNOTATION_KEPT}${index}`, JSON.stringify(kept)];
    }),
  );
}

function parse(text: string): KeptRunner | undefined {
  try {
    return keptRunnerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
