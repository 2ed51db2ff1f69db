import * as z from 'zod';
import { COUNTER_NAMES, COUNTERS, LIVE_COUNTER_NAMES, type LiveCounterName, recordOf } from './counters.ts';

const counter = (name: LiveCounterName) => z.int().min(0).describe(COUNTERS[name].help);

/** The counters of a result. */
export const countsSchema = z.strictObject(recordOf(COUNTER_NAMES, counter));

/** The counters of a running test, by a runner that may be of another version: it has counted nothing by a counter that it does not know. */
export const liveCountsSchema = z.object(recordOf(LIVE_COUNTER_NAMES, (name) => counter(name).default(0)));
