import { DURATION_PATTERN } from './duration.ts';
import { textOf } from './rule.ts';

/** A duration string. Apart from what reads one, so that a worker thread does not have to load the schemas. */
export const durationSchema = textOf(DURATION_PATTERN, 'must be a duration such as 250ms, 2s or 1m30s', { max: 32 });
