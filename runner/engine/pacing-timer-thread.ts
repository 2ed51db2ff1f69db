import { parentPort, workerData } from 'node:worker_threads';
import { Arrivals } from '../../model/load/arrivals.ts';
import { BEGUN, ENDED, LEAD, ON_ITS_WAY, type PacingTask, SENT, START_NS, TICK_US } from './pacing-timer-state.ts';

/** The time until the next tick when the engine has not received the last one: it is busy, and sends the due arrivals when it can. */
const BUSY_US = 4 * TICK_US;

const { schedule, stripe, state } = workerData as PacingTask;
const shared = new Int32Array(state);
parentPort!.postMessage(0); // ready
Atomics.wait(shared, BEGUN, 0);
const startNs = new BigInt64Array(state)[START_NS]!;
const nowUs = () => Number(process.hrtime.bigint() - startNs) / 1e3;
const arrivals = new Arrivals(schedule, stripe);
const numberOf = (arrival: number) => Math.floor(arrival / stripe.count);

/**
 * Wakes the engine for its arrivals up to the number `due`, unless it has sent them with a response or has yet to receive the last tick.
 * Returns the least time until the next tick, microseconds.
 */
function tick(due: number, leadUs: number): number {
  if (Atomics.load(shared, SENT) > due) return TICK_US;
  if (Atomics.exchange(shared, ON_ITS_WAY, 1) === 1) return BUSY_US;
  parentPort!.postMessage(leadUs);
  return TICK_US;
}

for (let restUs = 0; arrivals.dueUs !== Number.POSITIVE_INFINITY && Atomics.load(shared, ENDED) === 0; ) {
  // Arrivals that share a tick get no lead.
  const leadUs = arrivals.dueUs > restUs ? Atomics.load(shared, LEAD) : 0;
  const waitUs = Math.max(arrivals.dueUs, restUs) - leadUs - nowUs();
  if (waitUs > 0) Atomics.wait(shared, ENDED, 0, waitUs / 1e3);
  const timeUs = Math.max(arrivals.dueUs, nowUs());
  let due = -1;
  for (; arrivals.dueUs <= timeUs; arrivals.advance()) due = numberOf(arrivals.number);
  restUs = timeUs + tick(due, leadUs);
}
