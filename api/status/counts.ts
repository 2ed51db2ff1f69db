import * as z from 'zod';
import { COUNTER_NAMES, COUNTERS, LIVE_COUNTER_NAMES, type LiveCounterName, recordOf } from './counters.ts';

const counter = (name: LiveCounterName) => z.int().min(0).describe(COUNTERS[name].help);

/** The counters of a result. */
export const countsSchema = z.strictObject(recordOf(COUNTER_NAMES, counter));

/** The counters of a running test. */
export const liveCountsSchema = z.strictObject(recordOf(LIVE_COUNTER_NAMES, counter));
