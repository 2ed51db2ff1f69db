import { Deadlines } from './deadlines.ts';
import { Queue } from './queue.ts';
import { type Pool, RequestSlot } from './request-slot.ts';
import { ThinkTimes } from './think-time.ts';

export type SlotLimits = {
  /** The most requests in flight and waiting together; further ones are dropped. */
  limit: number;
  /** The most connections opened in one turn of the event loop; further arrivals wait. */
  opensPerTurn: number;
  /** The same after a turn in which responses freed connections. */
  opensAfterFreed: number;
};

/** An arrival that waits for a connection. */
type Waiting = { request: number; arrival: number; intendedUs: number; sendDelayUs: number };

/**
 * All request slots of an engine. An arrival takes the idle slot with a connection that was used last, so that few connections are kept
 * busy. Without one it takes a slot that opens a connection, within the limits. Otherwise it waits, first in, first out, for whichever
 * comes first.
 */
export class SlotPool {
  readonly #pool: Pool;
  readonly #limits: SlotLimits;
  readonly #all: RequestSlot[] = [];
  readonly #connected: RequestSlot[] = [];
  readonly #unconnected: RequestSlot[] = [];
  readonly #waiting = new Queue<Waiting>();
  #inFlight = 0;
  #openedInTurn = 0;
  /** Whether a connection has become free since the last turn. */
  #freed = false;
  /** The most connections to open in this turn. */
  #openLimit: number;
  #sendingWaiting = false;
  #cancelTimer = () => {};
  /** Whether the timer is set to a deadline. */
  #watching = false;
  /** Called after a request has ended, with the time of its end. */
  onSettled: (nowUs: number) => void = () => {};

  constructor(pool: Omit<Pool, 'deadlines' | 'thinkTimes' | 'settled'>, limits: SlotLimits) {
    this.#pool = {
      ...pool,
      deadlines: new Deadlines(),
      thinkTimes: new ThinkTimes(pool.requests.length, pool.timing, () => this.#startWatching()),
      settled: (slot, nowUs) => this.#settled(slot, nowUs),
    };
    this.#limits = limits;
    this.#openLimit = limits.opensPerTurn;
  }

  /** Whether no request is in flight or waits. */
  get idle(): boolean {
    return this.#inFlight === 0 && this.#waiting.length === 0;
  }

  /** Whether the next arrival will be dropped. */
  get full(): boolean {
    return this.#inFlight + this.#waiting.length >= this.#limits.limit;
  }

  /** Sends a request, now or when it gets a connection; counts it as dropped when the in-flight limit is reached. */
  launch(request: number, arrival: number, intendedUs: number, nowUs: number): void {
    const { recorder } = this.#pool;
    if (this.full) {
      recorder.dropped(request);
      return;
    }
    const slot = this.#waiting.length > 0 ? undefined : this.#takeSlot();
    if (slot === undefined) {
      recorder.pending(request);
      this.#waiting.push({ request, arrival, intendedUs, sendDelayUs: nowUs - intendedUs });
      return;
    }
    recorder.made(request);
    this.#send(slot, request, arrival, intendedUs, nowUs - intendedUs);
  }

  /** Drops the waiting arrivals. */
  dropWaiting(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#pool.recorder.waitingDropped(next.request);
    }
  }

  /** Cuts off the requests in flight, and drops the waiting arrivals. */
  abortAll(): void {
    this.dropWaiting();
    for (const slot of this.#all) if (slot.inFlight) slot.abort();
  }

  /** Closes every connection; no request may be in flight. */
  close(): void {
    this.#cancelTimer();
    this.#pool.thinkTimes.close();
    for (const slot of this.#all) slot.close();
  }

  /** A slot for the next request: a connected one, or one that has yet to connect, within the limits. */
  #takeSlot(): RequestSlot | undefined {
    for (let slot = this.#connected.pop(); slot !== undefined; slot = this.#connected.pop()) {
      if (slot.stillConnected()) return slot;
      this.#unconnected.push(slot); // its connection has closed since
    }
    if (this.#openedInTurn >= this.#openLimit) return undefined;
    if (this.#unconnected.length === 0 && this.#all.length >= this.#pool.transport.connections) return undefined;
    if (this.#openedInTurn++ === 0) this.#pool.timing.soon(() => this.#nextTurn());
    return this.#unconnected.pop() ?? this.#newSlot();
  }

  #newSlot(): RequestSlot {
    const slot = new RequestSlot(this.#pool);
    this.#all.push(slot);
    return slot;
  }

  #nextTurn(): void {
    const { opensPerTurn, opensAfterFreed } = this.#limits;
    this.#openLimit = this.#freed ? opensAfterFreed : opensPerTurn;
    this.#freed = false;
    this.#openedInTurn = 0;
    if (this.#waiting.length > 0) this.#sendWaiting();
  }

  #send(slot: RequestSlot, request: number, arrival: number, intendedUs: number, sendDelayUs: number): void {
    this.#inFlight++;
    slot.send(request, arrival, intendedUs, sendDelayUs);
    this.#startWatching();
  }

  #settled(slot: RequestSlot, nowUs: number): void {
    this.#inFlight--;
    if (slot.connected) {
      this.#connected.push(slot);
      this.#freed = true;
    } else this.#unconnected.push(slot);
    if (this.#waiting.length > 0) this.#sendWaiting();
    // Checked after each response: handling all responses of one turn of the event loop can take longer than a timeout may be late.
    const { deadlines } = this.#pool;
    if (deadlines.nextUs <= nowUs) deadlines.sweep(nowUs);
    this.onSettled(nowUs);
  }

  #sendWaiting(): void {
    if (this.#sendingWaiting) return; // called by a request that failed at once in the loop below
    this.#sendingWaiting = true;
    while (this.#waiting.length > 0) {
      const slot = this.#takeSlot();
      if (slot === undefined) break;
      const { request, arrival, intendedUs, sendDelayUs } = this.#waiting.shift()!;
      this.#pool.recorder.waitingSent(request);
      this.#send(slot, request, arrival, intendedUs, sendDelayUs);
    }
    this.#sendingWaiting = false;
  }

  #startWatching(): void {
    if (!this.#watching) this.#watchDeadlines();
  }

  /** Sets one timer, to the earliest deadline. It may fire early because timers count whole milliseconds; then it is set again. */
  #watchDeadlines(): void {
    const { deadlines, timing } = this.#pool;
    deadlines.sweep(timing.now());
    const { nextUs } = deadlines;
    this.#watching = nextUs !== Number.POSITIVE_INFINITY;
    this.#cancelTimer = timing.at(nextUs, () => this.#watchDeadlines());
  }
}
