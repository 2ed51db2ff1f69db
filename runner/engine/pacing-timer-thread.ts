import { parentPort, workerData } from 'node:worker_threads';
import { Arrivals } from '../../model/load/arrivals.ts';
import { BEGUN, ENDED, LEAD, ON_ITS_WAY, type PacingTask, SENT, START_NS, TICK } from './pacing-timer-state.ts';

/** Microseconds between two looks at an engine that has not heard the last beat: it is busy, and sends what is due when it can. */
const LOOK = 4 * TICK;

const { schedule, stripe, state } = workerData as PacingTask;
const shared = new Int32Array(state);
parentPort!.postMessage(0); // ready
Atomics.wait(shared, BEGUN, 0);
const startNs = new BigInt64Array(state)[START_NS]!;
const now = () => Number(process.hrtime.bigint() - startNs) / 1e3;
const arrivals = new Arrivals(schedule, stripe);
const numberOf = (arrival: number) => Math.floor(arrival / stripe.count);

/**
 * There is no beat for arrivals up to the number `due` when the engine has sent them with an answer, and one that it has yet to hear is enough.
 * Gives the least time to the next.
 */
function tick(due: number, lead: number): number {
  if (Atomics.load(shared, SENT) > due) return TICK;
  if (Atomics.exchange(shared, ON_ITS_WAY, 1) === 1) return LOOK;
  parentPort!.postMessage(lead);
  return TICK;
}

for (let rested = 0; arrivals.dueUs !== Number.POSITIVE_INFINITY && Atomics.load(shared, ENDED) === 0; ) {
  // Arrivals that share a beat have none of their own to be early for.
  const lead = arrivals.dueUs > rested ? Atomics.load(shared, LEAD) : 0;
  const wait = Math.max(arrivals.dueUs, rested) - lead - now();
  if (wait > 0) Atomics.wait(shared, ENDED, 0, wait / 1e3);
  const time = Math.max(arrivals.dueUs, now());
  let due = -1;
  for (; arrivals.dueUs <= time; arrivals.advance()) due = numberOf(arrivals.number);
  rested = time + tick(due, lead);
}
