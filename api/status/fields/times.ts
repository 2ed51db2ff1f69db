import * as z from 'zod';
import { text } from './scalars.ts';

/** Durations as text with three significant digits, the resolution of the histograms. */
export const timesSchema = z.strictObject({
  min: text.describe('Shortest time.'),
  mean: text.describe('Mean.'),
  p50: text.describe('50th percentile, the median.'),
  p90: text.describe('90th percentile.'),
  p95: text.describe('95th percentile.'),
  p99: text.describe('99th percentile.'),
  p999: text.describe('99.9th percentile.'),
  max: text.describe('Longest time.'),
});
export type Times = z.infer<typeof timesSchema>;
