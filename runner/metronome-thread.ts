import { parentPort, workerData } from 'node:worker_threads';
import { Arrivals } from '../model/schedule.ts';
import { BEAT, BEGUN, ENDED, type MetronomeTask, SENT, START_NS } from './metronome.ts';

const { plan, state } = workerData as MetronomeTask;
const shared = new Int32Array(state);
parentPort!.postMessage(0); // ready
Atomics.wait(shared, BEGUN, 0);
const startNs = new BigInt64Array(state)[START_NS]!;
const now = () => Number(process.hrtime.bigint() - startNs) / 1e3;
const arrivals = new Arrivals(plan.schedule, plan.stripe);
const numberOf = (arrival: number) => Math.floor(arrival / plan.stripe.count);

// There is no beat for what the engine has sent with an answer.
while (arrivals.time !== Number.POSITIVE_INFINITY && Atomics.load(shared, ENDED) === 0) {
  const wait = arrivals.time - now();
  if (wait > 0) Atomics.wait(shared, ENDED, 0, wait / 1e3);
  if (Atomics.load(shared, SENT) <= numberOf(arrivals.number)) parentPort!.postMessage(0);
  for (const next = now() + BEAT; arrivals.time < next; ) arrivals.advance();
}
