import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { loadModelOf } from './load-models.ts';
import { type Stripe, shareOf } from './stripe.ts';

/** The worker threads of one runner: as many as its share of the load can use, at most one a core and one a connection. */
export function workersFor({ load, target }: LoadTestSpec, runner: Stripe, cores: number): number {
  const { connections } = target.http ?? {};
  const most = connections === undefined ? cores : Math.min(cores, shareOf(connections, runner));
  return Math.max(1, Math.min(most, loadModelOf(load).usefulWorkers(runner)));
}
