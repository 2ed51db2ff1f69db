import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { shareOf } from '../../model/load/stripe.ts';
import { workersFor } from '../../model/load/worker-count.ts';

/** The worker threads of each of `runners` on a machine with so many cores: as many as in a pod that has its part of them. */
export function threadsOf(spec: LoadTestSpec, runners: number, cores: number): number[] {
  return Array.from({ length: runners }, (_, index) => {
    const runner = { index, count: runners };
    return workersFor(spec, runner, Math.max(1, shareOf(cores, runner)));
  });
}

/** What a person is told when a machine has fewer runners than the spec asks for; undefined when it has them all. */
export function fewerRunners(replicas: number, threads: readonly number[]): string | undefined {
  const runners = threads.length;
  if (runners >= replicas) return undefined;
  const all = threads.reduce((sum, n) => sum + n, 0);
  return `runs as ${plural(runners, 'runner')} of ${plural(all, 'worker thread')} in the place of ${replicas} runners: this machine has no more cores`;
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
