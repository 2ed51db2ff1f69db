import * as z from 'zod';

/** The Jobs that a Job replaces, stored as an annotation of it. */
export const predecessorsSchema = z.object({
  count: z.int().min(1).describe('How many Jobs of the test came before it.'),
  awaitedSince: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Since when the runners of the test have been awaited; absent for a Job that was created suspended.'),
  message: z.string().max(1024).describe('Why the last of them was replaced.'),
});
export type Predecessors = z.infer<typeof predecessorsSchema>;
