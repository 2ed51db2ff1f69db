import { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';
import {
  BEGUN,
  ENDED,
  LEAD,
  ON_ITS_WAY,
  type PacedArrivals,
  type PacingTask,
  SENT,
  START_NS,
} from './pacing-timer-state.ts';

/**
 * Microseconds. So long before an arrival the metronome wakes at most, where arrivals have beats of their own: what it takes until the engine
 * is awake, too. What is left of it the engine spends spinning, as no sleep is so short.
 */
const MOST_LEAD = 100;
const FIRST_LEAD = 50;

/** So many looks at two clocks, of which the quickest counts: code that never ran before, or a thread that is not let run, takes a while between them. */
const LOOKS = 5;

/** When time 0 of `timing` is by `clock`, nanoseconds; wrong by half of what the quickest look at both takes at most. */
export function zeroBy(clock: () => bigint, timing: Pick<Clock, 'now'>): bigint {
  let zero = 0n;
  let least: bigint | undefined;
  for (let look = 0; look < LOOKS; look++) {
    const before = clock();
    const time = timing.now();
    const took = clock() - before;
    if (least !== undefined && took >= least) continue;
    least = took;
    zero = before + took / 2n - BigInt(Math.round(time * 1e3));
  }
  return zero;
}

/** What a metronome hears of its thread: a message when it waits for the beginning, and one for every beat, the lead. */
export interface PacingThread {
  on(event: 'message', listener: (lead: number) => void): unknown;
  once(event: 'message' | 'error', listener: (value: unknown) => void): unknown;
}

const STATE_BYTES = 32;

/**
 * Wakes an engine at its arrivals. The timers of an event loop count whole milliseconds, and with a service that answers in less,
 * their lag would be most of what is measured. A thread that does nothing but sleep in `Atomics.wait` wakes within tens of
 * microseconds and pings the engine; it computes the arrivals itself, so nothing has to be said to it but how far the engine is.
 */
export class PacingTimer {
  /** When the thread waits for {@link begin}: the start of several at the load's beginning would make its first arrivals late. */
  readonly ready: Promise<void>;
  readonly #state: Int32Array;
  #tick = (_lead: number) => {};

  constructor({ schedule, stripe }: PacedArrivals, startThread: (task: PacingTask) => PacingThread = workerThread) {
    const state = new SharedArrayBuffer(STATE_BYTES);
    this.#state = new Int32Array(state);
    this.#state[LEAD] = FIRST_LEAD;
    const thread = startThread({ schedule, stripe, state });
    this.ready = new Promise((resolve, reject) => {
      thread.once('message', () => resolve());
      thread.once('error', reject);
    });
    thread.on('message', (lead) => {
      Atomics.store(this.#state, ON_ITS_WAY, 0);
      this.#tick(lead);
    });
  }

  /** The load begins at time 0 of `timing`. */
  begin(timing: Clock): void {
    new BigInt64Array(this.#state.buffer)[START_NS] = zeroBy(process.hrtime.bigint, timing);
    this.#go();
  }

  /** Calls `beat` when arrivals are due that the engine has not sent, and when one will be within `lead` microseconds, if that is not 0. */
  onTick(tick: (lead: number) => void): void {
    this.#tick = tick;
  }

  /**
   * A beat with a lead came so many microseconds after its arrival was due, or before it when negative. Steps of this size find the lead with
   * which two beats of three come early.
   */
  wasLate(late: number): void {
    const lead = this.#state[LEAD]!;
    Atomics.store(this.#state, LEAD, Math.min(MOST_LEAD, Math.max(1, lead + (late > 0 ? 2 : -1))));
  }

  /** The engine has sent this many of its arrivals. */
  sent(count: number): void {
    Atomics.store(this.#state, SENT, count);
  }

  stop(): void {
    this.#tick = () => {};
    Atomics.store(this.#state, ENDED, 1);
    Atomics.notify(this.#state, ENDED);
    this.#go();
  }

  #go(): void {
    Atomics.store(this.#state, BEGUN, 1);
    Atomics.notify(this.#state, BEGUN);
  }
}

function workerThread(task: PacingTask): PacingThread {
  return new Worker(new URL('./pacing-timer-thread.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
}
