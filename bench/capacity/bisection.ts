import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../test/cluster/system/run.ts';
import { withTempDir } from '../../test/cluster/system/tempdir.ts';
import type { Found } from './search.ts';
import { withTarget } from './served.ts';
import type { CapacityTarget } from './targets.ts';

const TRIAL_SECONDS = 10;
const PRECISION = 0.05;

type Report = { success: number; latencies: Record<'90th' | '99th', number> };

/** Whether a report of vegeta keeps the thresholds of a target: errors, or a percentile of the latency. */
function holds({ success, latencies }: Report, thresholds: CapacityTarget['thresholds']): boolean {
  return thresholds.every(({ metric = '', max = '' }) => {
    if (metric === 'errors') return 100 * (1 - success) <= Number.parseFloat(max);
    return latencies[metric.endsWith('p90') ? '90th' : '99th'] / 1e6 <= Number.parseFloat(max);
  });
}

/** Plain bisection around vegeta, as scripts do it: doubling from the lowest rate, then the middle, one trial of ten seconds a rate. */
export function bisected(vegeta: string, target: CapacityTarget): Promise<Found> {
  return withTarget(target.name, (url) =>
    withTempDir(async (dir) => {
      const beganMs = performance.now();
      const [targets, results] = [join(dir, 'targets.txt'), join(dir, 'results.bin')];
      writeFileSync(targets, `GET ${url}\n`);
      let trials = 0;
      const isGood = async (rate: number) => {
        trials++;
        const options = [`-duration=${TRIAL_SECONDS}s`, `-rate=${Math.round(rate)}`, '-max-body=0'];
        await run([vegeta, 'attack', `-targets=${targets}`, `-output=${results}`, ...options]);
        return holds(JSON.parse(await run([vegeta, 'report', '-type=json', results])) as Report, target.thresholds);
      };
      const { minRate = 50, maxRate = 5000 } = target.load as { minRate?: number; maxRate?: number };
      let [low, high] = [minRate / 2, minRate];
      while (high <= maxRate && (await isGood(high))) [low, high] = [high, 2 * high];
      while (high <= maxRate && high / low > 1 + PRECISION) {
        const middle = Math.sqrt(low * high);
        if (await isGood(middle)) low = middle;
        else high = middle;
      }
      const seconds = (performance.now() - beganMs) / 1e3;
      const text = `${Math.round(low)}/s`;
      return { target: target.name, method: 'bisection', rate: low, low, high, reason: '-', trials, seconds, text };
    }),
  );
}
