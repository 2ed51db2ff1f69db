import * as z from 'zod';
import { MAX_TERMINATION_MESSAGE_BYTES } from './termination-message.ts';

/** The record of a runner whose pod is gone, stored as an annotation of the Job. */
export const lostRunnerRecordSchema = z.object({
  message: z.string().max(1024),
  podUid: z.string().max(64).optional().describe('UID of the pod that generated its load, if known.'),
  terminationMessage: z.base64().max(MAX_TERMINATION_MESSAGE_BYTES).optional(),
});
export type LostRunnerRecord = z.infer<typeof lostRunnerRecordSchema>;
