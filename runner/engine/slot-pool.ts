import { Deadlines } from './deadlines.ts';
import { Queue } from './queue.ts';
import { type Pool, RequestSlot } from './request-slot.ts';
import { ThinkTimes } from './think-time.ts';

export type SlotLimits = {
  /** Requests in flight and waiting together; what comes above that is dropped. */
  limit: number;
  /** Connections that are opened in one turn of the event loop; what comes above that waits. */
  opensPerTurn: number;
  /** The same behind a turn in which answers set connections free. */
  opensBesideFreed: number;
};

/** An arrival that waits for a connection. */
type Waiting = { request: number; arrival: number; intended: number };

/**
 * All flights of an engine: those at rest, last used first, so that few connections are kept busy; and those under way. An arrival
 * takes a flight that is connected; without one a new connection is opened, if that is within the limits; or else it waits, first in,
 * first out, for whatever comes first.
 */
export class SlotPool {
  readonly #pool: Pool;
  readonly #limits: SlotLimits;
  readonly #all: RequestSlot[] = [];
  readonly #connected: RequestSlot[] = [];
  readonly #unconnected: RequestSlot[] = [];
  readonly #waiting = new Queue<Waiting>();
  #underWay = 0;
  #openedInTurn = 0;
  /** Whether a connection has become free since the last turn. */
  #freed = false;
  /** How many may be opened in this turn. */
  #mayOpen: number;
  #sendingWaiting = false;
  #stopWatching = () => {};
  #watching = false;
  /** Called after a flight has ended, with the time of that. */
  onSettled: (now: number) => void = () => {};

  constructor(pool: Omit<Pool, 'deadlines' | 'thinking' | 'settled'>, limits: SlotLimits) {
    this.#pool = {
      ...pool,
      deadlines: new Deadlines(),
      thinking: new ThinkTimes(pool.requests.length, pool.timing, () => this.#startWatching()),
      settled: (slot, now) => this.#settled(slot, now),
    };
    this.#limits = limits;
    this.#mayOpen = limits.opensPerTurn;
  }

  /** Whether nothing is under way or waits. */
  get idle(): boolean {
    return this.#underWay === 0 && this.#waiting.length === 0;
  }

  /** Whether the next arrival will be dropped. */
  get full(): boolean {
    return this.#underWay + this.#waiting.length >= this.#limits.limit;
  }

  /** Sends a request, now or when there is a connection for it; or counts it as dropped when the in-flight limit is reached. */
  launch(request: number, arrival: number, intended: number): void {
    const { recorder } = this.#pool;
    if (this.full) {
      recorder.dropped(request);
      return;
    }
    const slot = this.#waiting.length > 0 ? undefined : this.#take();
    if (slot === undefined) {
      recorder.pending(request);
      this.#waiting.push({ request, arrival, intended });
      return;
    }
    recorder.made(request);
    this.#send(slot, request, arrival, intended);
  }

  /** Drops what waits. */
  giveUpWaiting(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#pool.recorder.givenUp(next.request);
    }
  }

  /** Cuts off what is under way, and drops what waits. */
  abortAll(): void {
    this.giveUpWaiting();
    for (const slot of this.#all) if (slot.underWay) slot.abort();
  }

  /** Closes every connection; nothing may be under way. */
  close(): void {
    this.#stopWatching();
    this.#pool.thinking.close();
    for (const slot of this.#all) slot.close();
  }

  /** A flight for the next request: one that is connected, or one that has yet to connect, within the limits. */
  #take(): RequestSlot | undefined {
    for (let slot = this.#connected.pop(); slot !== undefined; slot = this.#connected.pop()) {
      if (slot.stillConnected()) return slot;
      this.#unconnected.push(slot); // its connection was closed meanwhile
    }
    if (this.#openedInTurn >= this.#mayOpen) return undefined;
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
    const { opensPerTurn, opensBesideFreed } = this.#limits;
    this.#mayOpen = this.#freed ? opensBesideFreed : opensPerTurn;
    this.#freed = false;
    this.#openedInTurn = 0;
    if (this.#waiting.length > 0) this.#sendWaiting();
  }

  #send(slot: RequestSlot, request: number, arrival: number, intended: number): void {
    this.#underWay++;
    slot.send(request, arrival, intended);
    this.#startWatching();
  }

  #settled(slot: RequestSlot, now: number): void {
    this.#underWay--;
    if (slot.connected) {
      this.#connected.push(slot);
      this.#freed = true;
    } else this.#unconnected.push(slot);
    if (this.#waiting.length > 0) this.#sendWaiting();
    // Between the answers that one read of the event loop brings, as reading them all can take longer than a time-out may be late.
    const { deadlines } = this.#pool;
    if (deadlines.next <= now) deadlines.sweep(now);
    this.onSettled(now);
  }

  #sendWaiting(): void {
    if (this.#sendingWaiting) return; // a request that fails at once has settled within the loop below
    this.#sendingWaiting = true;
    while (this.#waiting.length > 0) {
      const slot = this.#take();
      if (slot === undefined) break;
      const { request, arrival, intended } = this.#waiting.shift()!;
      this.#pool.recorder.takenUp(request);
      this.#send(slot, request, arrival, intended);
    }
    this.#sendingWaiting = false;
  }

  #startWatching(): void {
    if (!this.#watching) this.#watchDeadlines();
  }

  /** One timer for the earliest deadline that is open. It may fire early, as timers count whole milliseconds; then it is set again. */
  #watchDeadlines(): void {
    const { deadlines, timing } = this.#pool;
    deadlines.sweep(timing.now());
    const { next } = deadlines;
    this.#watching = next !== Number.POSITIVE_INFINITY;
    this.#stopWatching = timing.at(next, () => this.#watchDeadlines());
  }
}
