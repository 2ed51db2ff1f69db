import { Worker } from 'node:worker_threads';
import type { Schedule } from '../../model/load/schedule.ts';
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
  TURN,
} from './pacing-timer-state.ts';

/**
 * Where arrivals have ticks of their own, the timer wakes this long before each at most, because waking the engine takes time. The
 * engine spins for the rest of the lead, as no sleep is so short.
 */
const MOST_LEAD_US = 100;
const FIRST_LEAD_US = 50;

/** Both clocks are read so many times, and the quickest reading counts: cold code or a preempted thread delays the others. */
const READINGS = 5;

/** Time 0 of `timing` on the scale of `clock`, nanoseconds. The error is at most half of the time that the quickest reading takes. */
export function zeroBy(clock: () => bigint, timing: Pick<Clock, 'now'>): bigint {
  let zero = 0n;
  let least: bigint | undefined;
  for (let reading = 0; reading < READINGS; reading++) {
    const before = clock();
    const timeUs = timing.now();
    const took = clock() - before;
    if (least !== undefined && took >= least) continue;
    least = took;
    zero = before + took / 2n - BigInt(Math.round(timeUs * 1e3));
  }
  return zero;
}

/** The thread of a pacing timer: it posts a message when it is ready, and one a tick with the lead in microseconds. */
export interface PacingThread {
  on(event: 'message', listener: (leadUs: number) => void): unknown;
  once(event: 'message' | 'error', listener: (value: unknown) => void): unknown;
  postMessage(schedule: Schedule | null): void;
}

const STATE_BYTES = 32;

/**
 * Wakes an engine at its arrivals. The timers of an event loop count whole milliseconds, and with a service that answers in less,
 * their lag would be most of the measured time. A thread that only sleeps in `Atomics.wait` wakes within tens of microseconds and posts
 * a tick to the engine. It computes the arrivals itself, and only needs to know how many of them the engine has sent.
 */
export class PacingTimer {
  /** Resolves when the thread waits for {@link begin}: threads that start as the load begins would make its first arrivals late. */
  readonly ready: Promise<void>;
  readonly #state: Int32Array;
  readonly #thread: PacingThread;
  #tick = (_leadUs: number) => {};

  constructor({ schedule, stripe }: PacedArrivals, startThread: (task: PacingTask) => PacingThread = workerThread) {
    const state = new SharedArrayBuffer(STATE_BYTES);
    this.#state = new Int32Array(state);
    this.#state[LEAD] = FIRST_LEAD_US;
    const thread = startThread({ ...(schedule && { schedule }), stripe, state });
    this.#thread = thread;
    this.ready = new Promise((resolve, reject) => {
      thread.once('message', () => resolve());
      thread.once('error', reject);
    });
    thread.on('message', (leadUs) => {
      Atomics.store(this.#state, ON_ITS_WAY, 0);
      this.#tick(leadUs);
    });
  }

  /** The load begins at time 0 of `timing`. */
  begin(timing: Clock): void {
    new BigInt64Array(this.#state.buffer)[START_NS] = zeroBy(process.hrtime.bigint, timing);
    this.#go();
  }

  /** Sets the function that is called when unsent arrivals are due, or when one will be due within a lead that is not 0. */
  onTick(tick: (leadUs: number) => void): void {
    this.#tick = tick;
  }

  /**
   * Adapts the lead to a tick that came `lateUs` after its arrival was due, before it when negative. Steps of these sizes find the lead
   * with which two ticks of three come early.
   */
  wasLate(lateUs: number): void {
    const leadUs = this.#state[LEAD]!;
    Atomics.store(this.#state, LEAD, Math.min(MOST_LEAD_US, Math.max(1, leadUs + (lateUs > 0 ? 2 : -1))));
  }

  /** Records how many of its arrivals the engine has sent. */
  sent(count: number): void {
    Atomics.store(this.#state, SENT, count);
  }

  /** From now on ticks for the arrivals of `schedule`, of which the engine has sent none, or for none. */
  pace(schedule: Schedule | null): void {
    this.#thread.postMessage(schedule);
    this.sent(0);
    this.#turn(this.#state[TURN]! + 1);
  }

  stop(): void {
    this.#tick = () => {};
    this.#turn(ENDED);
    this.#go();
  }

  #turn(turn: number): void {
    Atomics.store(this.#state, TURN, turn);
    Atomics.notify(this.#state, TURN);
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
