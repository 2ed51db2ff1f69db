import * as z from 'zod';
import { text } from './scalars.ts';

/** Health of the load generator. */
export const generatorSchema = z.strictObject({
  saturated: z.boolean().describe('Whether the generator was the limit.'),
  pacingLagP99: text.optional().describe('99th percentile of the pacing lag: actual minus intended send time.'),
  cpu: text.describe('CPU time per runner, as a share of one core.'),
  throttled: text.optional().describe('Share of time in which the CPU limit throttled a runner; absent: no limit.'),
  gcPauseMax: text.optional().describe('Longest pause for garbage collection.'),
  gcShare: text.optional().describe('Share of time spent on garbage collection.'),
  transport: text.optional().describe('Transport of the requests: Lean, Undici, HTTP2 or NodeHTTP2.'),
});
