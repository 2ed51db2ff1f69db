import type { Startup, StartupFact } from './facts.ts';

/** From the decision to start until the load begins: time to write the status, also while the node is busy starting runners... */
const WRITE_MS = 100;
/** ...and to respond to each waiting runner, which takes less than half of this. */
const RESPOND_MS = 1;

/** The load starts once as many runners as `spec.runners.replicas` are at the barrier. */
export function allReady({ test, job, ready }: Pick<Startup, 'test' | 'job' | 'ready'>): StartupFact | undefined {
  return job !== undefined && ready === test.spec.runners.replicas ? { is: 'AllReady' } : undefined;
}

/** When the load of so many runners, or their next trial, begins that is decided at `nowMs`; epoch milliseconds. */
export function startMs(nowMs: number, replicas: number): number {
  return nowMs + WRITE_MS + replicas * RESPOND_MS;
}
