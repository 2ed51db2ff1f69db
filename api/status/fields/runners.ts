import * as z from 'zod';
import { count } from './scalars.ts';

/** How many runners a test has, and what became of them. */
export const runnerNumbersSchema = z.strictObject({
  desired: count.describe('Runners of the spec.'),
  ready: count.describe('Runners that are ready, or have been.'),
  succeeded: count.describe('Runners that ended with a final update.'),
  lost: count.describe('Runners that ended without one.'),
});
