import { type LoadTestSpec, loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import type { EnginePosition } from '../../../model/load/engine-position.ts';

/** A spec with this load and `target.http`. */
export function specWithLoad(load: object, replicas = 1, http: object = {}): LoadTestSpec {
  return loadTestSpecSchema.parse({ target: { url: 'http://target', http }, load, runners: { replicas } });
}

/** An open load of two seconds at `rate` arrivals per second. */
export function open(rate: number, fields: object = {}) {
  return { type: 'Open', open: { stages: [{ duration: '2s', rate }], ...fields } };
}

/** A closed load of one user for one second. */
export function closed(fields: object) {
  return { type: 'Closed', closed: { users: 1, duration: '1s', ...fields } };
}

/** The positions of all engines; `workers` has the number of worker threads of each runner. */
export function enginePositions(workers: readonly number[]): EnginePosition[] {
  return workers.flatMap((count, runner) =>
    Array.from({ length: count }, (_, worker) => ({
      runner: { index: runner, count: workers.length },
      worker: { index: worker, count },
    })),
  );
}
