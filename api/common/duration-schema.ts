import { DURATION_PATTERN, microseconds } from './duration.ts';
import { textOf } from './rule.ts';

/** A duration string. The schema is in a file of its own so that a worker thread can parse durations without loading zod. */
export const durationSchema = textOf(DURATION_PATTERN, 'must be a duration such as 250ms, 2s or 1m30s', { max: 32 });

/** A duration that is longer than no time. */
export const positive = {
  cel: "duration(self) > duration('0s')",
  message: 'must be above 0s',
  test: (text: string) => microseconds(text) > 0,
};

/** The longest duration of a load and of each of its parts. */
export const atMostAWeek = {
  cel: "duration(self) <= duration('168h')",
  message: 'must be at most 168h',
  test: (text: string) => microseconds(text) <= 168 * 3600e6,
};
