import * as z from 'zod';
import { type Threshold, thresholdSchema, thresholdsOf } from '../../api/loadtest/threshold.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { Resource } from '../kube/types.ts';
import { splitKey } from '../loadtest/resources/loadtest-resource.ts';
import { keyOfMaker } from '../scheduled/scheduled-resource.ts';

/** What a LoadTest is; texts are empty where it has none. */
export type AboutTest = {
  /** The load model, such as Open. */
  type: string;
  release: string;
  /** The ScheduledLoadTest that created it. */
  schedule: string;
  /** What it is held to, the default threshold included; empty once the status has their results. */
  thresholds: readonly Threshold[];
};

/** The fields of a spec that metrics have; parsing the whole spec of thousands of tests would delay each scrape. */
const fields = z.object({ load: z.object({ type: z.string() }), release: z.string().optional() });
const limits = z.object({ thresholds: z.array(thresholdSchema).optional() });

/** Describes a test for its metrics. What this version cannot read in a spec of another one is empty. */
export function aboutTest(test: Resource): AboutTest {
  const maker = keyOfMaker(test);
  const schedule = maker === undefined ? '' : splitKey(maker).name;
  const { data } = fields.safeParse(test.spec);
  const isJudged = (test.status as LoadTestStatus | undefined)?.thresholds !== undefined;
  const held = isJudged ? undefined : limits.safeParse(test.spec).data;
  return {
    type: data?.load.type ?? '',
    release: data?.release ?? '',
    schedule,
    thresholds: held === undefined ? [] : thresholdsOf(held),
  };
}
