import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Arrivals } from '../../model/load/arrivals.ts';
import { firstNumberOf, type Schedule } from '../../model/load/schedule.ts';
import {
  BEGUN,
  ENDED,
  LEAD,
  ON_ITS_WAY,
  type PacingTask,
  SENT,
  START_NS,
  TICK_US,
  TURN,
} from './pacing-timer-state.ts';

/** The time until the next tick when the engine has not received the last one: it is busy, and sends the due arrivals when it can. */
const BUSY_US = 4 * TICK_US;

const { schedule, stripe, state } = workerData as PacingTask;
const port = parentPort!;
const shared = new Int32Array(state);
port.postMessage(0); // ready
Atomics.wait(shared, BEGUN, 0);
const startNs = new BigInt64Array(state)[START_NS]!;
const nowUs = () => Number(process.hrtime.bigint() - startNs) / 1e3;

/** Ticks for the arrivals of a schedule while it is the turn `turn`. */
function pace(schedule: Schedule, turn: number): void {
  const first = firstNumberOf(schedule);
  const arrivals = new Arrivals(schedule, stripe);
  for (let restUs = 0; arrivals.dueUs !== Number.POSITIVE_INFINITY && Atomics.load(shared, TURN) === turn; ) {
    // Arrivals that share a tick get no lead.
    const leadUs = arrivals.dueUs > restUs ? Atomics.load(shared, LEAD) : 0;
    const waitUs = Math.max(arrivals.dueUs, restUs) - leadUs - nowUs();
    if (waitUs > 0 && Atomics.wait(shared, TURN, turn, waitUs / 1e3) !== 'timed-out') return;
    const timeUs = Math.max(arrivals.dueUs, nowUs());
    let due = -1;
    for (; arrivals.dueUs <= timeUs; arrivals.advance()) due = Math.floor((arrivals.number - first) / stripe.count);
    restUs = timeUs + tick(due, leadUs);
  }
}

/**
 * Wakes the engine for its arrivals up to the number `due`, unless it has sent them with a response or has yet to receive the last tick.
 * Returns the least time until the next tick, microseconds.
 */
function tick(due: number, leadUs: number): number {
  if (Atomics.load(shared, SENT) > due) return TICK_US;
  if (Atomics.exchange(shared, ON_ITS_WAY, 1) === 1) return BUSY_US;
  port.postMessage(leadUs);
  return TICK_US;
}

/** Waits for the turn after `turn`. */
function turnAfter(turn: number): number {
  Atomics.wait(shared, TURN, turn);
  return Atomics.load(shared, TURN);
}

/** The newest schedule; null: none for now. */
let newest: Schedule | null = null;

function newestSchedule(): Schedule | null {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
    newest = next.message;
  return newest;
}

if (schedule !== undefined) pace(schedule, 0);
else
  for (let turn = turnAfter(0); turn !== ENDED; turn = turnAfter(turn)) {
    const next = newestSchedule();
    if (next !== null) pace(next, turn);
  }
