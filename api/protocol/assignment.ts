import * as z from 'zod';
import { cidrSchema, hostPatternSchema } from '../common/operator-limits.ts';
import { loadTestSpecSchema } from '../loadtest/loadtest.ts';

/** The whole spec and the share of it that a runner carries out. */
export const assignmentSchema = z.object({
  test: z.object({ namespace: z.string(), name: z.string(), uid: z.string() }),
  spec: loadTestSpecSchema,
  index: z.int().min(0),
  replicas: z.int().min(1),
  addresses: z
    .object({
      denied: z.array(cidrSchema).max(64),
      allowed: z.array(cidrSchema).max(64).optional(),
      hosts: z.array(hostPatternSchema).max(64).optional(),
    })
    .optional()
    .describe(
      'Address ranges that no connection may go to, exceptions from them, and the hosts beside the target that a script may fetch from (default: all). Default: DENIED_ADDRESSES.',
    ),
});
export type Assignment = z.infer<typeof assignmentSchema>;
