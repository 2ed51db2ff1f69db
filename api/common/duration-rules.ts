import { microseconds } from './duration.ts';

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
