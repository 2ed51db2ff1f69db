import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { shareOf } from '../../model/load/stripe.ts';
import { workersFor } from '../../model/load/worker-count.ts';

/** The number of worker threads of each of `runners` on a machine with so many cores: as in pods that share the cores. */
export function threadsOf(spec: LoadTestSpec, runners: number, cores: number): number[] {
  return Array.from({ length: runners }, (_, index) => {
    const runner = { index, count: runners };
    return workersFor(spec, runner, Math.max(1, shareOf(cores, runner)));
  });
}

/** The note for a machine that has fewer runners than the spec asks for; undefined when it has all. */
export function fewerRunners(replicas: number, threads: readonly number[]): string | undefined {
  const runners = threads.length;
  if (runners >= replicas) return undefined;
  const all = threads.reduce((sum, n) => sum + n, 0);
  return `runs as ${plural(runners, 'runner')} of ${plural(all, 'worker thread')} instead of ${replicas} runners: this machine has no more cores`;
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
