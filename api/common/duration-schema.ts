import { DURATION_PATTERN } from './duration.ts';
import { textOf } from './rule.ts';

/** A duration string. The schema is in a file of its own so that a worker thread can parse durations without loading zod. */
export const durationSchema = textOf(DURATION_PATTERN, 'must be a duration such as 250ms, 2s or 1m30s', { max: 32 });
