import { Unjudged } from '../response/unjudged.ts';
import { DeadlineWatch } from './deadline-watch.ts';
import { Burst } from './delay/burst.ts';
import { Displaced } from './delay/displaced.ts';
import { Heartbeat } from './delay/heartbeat.ts';
import { Withheld } from './delay/withheld.ts';
import { Queue } from './queue.ts';
import { RequestSlot } from './request-slot.ts';
import type { Pool } from './slot/pool.ts';
import { ThinkTimes } from './think-time.ts';

export type SlotLimits = {
  /** The most requests in flight and waiting together; further ones are dropped. */
  limit: number;
  /** The most connections opened in one turn of the event loop; further arrivals wait. */
  opensPerTurn: number;
  /** The same after a turn in which responses freed connections. */
  opensAfterFreed: number;
};

/** An arrival that waits for a connection since `sinceUs`. `isLate`: see Displaced. `withheldUs`: the sum of Withheld at that time. */
type Waiting = {
  request: number;
  arrival: number;
  intendedUs: number;
  sinceUs: number;
  isLate: boolean;
  withheldUs: number;
};

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
  readonly #deadlines: DeadlineWatch;
  readonly #heartbeat: Heartbeat;
  readonly #withheld = new Withheld();
  readonly #displaced = new Displaced();
  readonly #burst = new Burst();
  readonly #unjudged = new Unjudged(() => this.onJudged());
  /** Called after a response was judged whose request had ended before. */
  onJudged: () => void = () => {};
  /** Called after a request has ended, with the time of its end. */
  onSettled: (nowUs: number) => void = () => {};

  constructor(pool: Omit<Pool, 'burst' | 'deadlines' | 'thinkTimes' | 'unjudged'>, limits: SlotLimits) {
    const { timing } = pool;
    this.#deadlines = new DeadlineWatch(timing);
    this.#heartbeat = new Heartbeat(timing, pool.readDelay, () => this.#inFlight > 0);
    this.#pool = {
      ...pool,
      burst: this.#burst,
      deadlines: this.#deadlines,
      unjudged: this.#unjudged,
      thinkTimes: new ThinkTimes(pool.requests.length, timing),
    };
    this.#limits = limits;
    this.#openLimit = limits.opensPerTurn;
  }

  /** Whether no request is in flight or waits, and every response is judged. */
  get idle(): boolean {
    return this.#inFlight === 0 && this.#waiting.length === 0 && this.#unjudged.size === 0;
  }

  /** Whether the next arrival will be dropped. */
  get full(): boolean {
    return this.#inFlight + this.#waiting.length >= this.#limits.limit;
  }

  /**
   * Sends a request, now or when it gets a connection; counts it as dropped when the in-flight limit is reached. It was intended for
   * `intendedUs`, and by now has waited for the generator alone.
   */
  launch(request: number, arrival: number, intendedUs: number, nowUs: number): void {
    const { recorder } = this.#pool;
    const delayUs = nowUs - intendedUs;
    if (this.full) {
      recorder.dropped(request, this.#displaced.isDropped(delayUs));
      return;
    }
    const isLate = this.#displaced.taken(delayUs);
    this.#burst.late(delayUs, nowUs);
    const slot = this.#waiting.length > 0 ? undefined : this.#takeSlot();
    if (slot === undefined) {
      recorder.pending(request);
      if (this.#waiting.length === 0) this.#withheld.set(!this.#atConnectionLimit, nowUs);
      const withheldUs = this.#withheld.until(nowUs);
      this.#waiting.push({ request, arrival, intendedUs, sinceUs: nowUs, isLate, withheldUs });
      return;
    }
    recorder.made(request);
    slot.isLate = isLate;
    this.#send(slot, request, arrival, intendedUs, delayUs, nowUs);
  }

  /** A paced load has sent what was due at `nowUs`; it sends again at `nextUs`, or never for Infinity. */
  paced(nowUs: number, nextUs: number): void {
    this.#heartbeat.tick(nowUs, nextUs);
  }

  /** Drops the waiting arrivals. */
  dropWaiting(): void {
    const { recorder, timing } = this.#pool;
    const nowUs = timing.now();
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { request, intendedUs, sinceUs, isLate, withheldUs } = next;
      const delayUs = sinceUs - intendedUs + this.#withheld.until(nowUs) - withheldUs;
      if (isLate) this.#displaced.ended();
      recorder.waitingDropped(request, this.#displaced.isDropped(delayUs));
    }
    this.#withheld.set(false, nowUs);
  }

  /** Cuts off the requests in flight and the judgement of responses, and drops the waiting arrivals. */
  abortAll(): void {
    this.dropWaiting();
    for (const slot of this.#all) if (slot.inFlight) slot.abort();
    this.#unjudged.abortAll();
  }

  /** Closes every connection; no request may be in flight. */
  close(): void {
    this.#deadlines.close();
    this.#heartbeat.stop();
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
    if (this.#atConnectionLimit) return undefined;
    if (this.#openedInTurn++ === 0) this.#pool.timing.soon(this.#onNextTurn);
    return this.#unconnected.pop() ?? this.#newSlot();
  }

  /** Whether all connections that the user allows are in use. */
  get #atConnectionLimit(): boolean {
    return this.#unconnected.length === 0 && this.#all.length >= this.#pool.transport.connections;
  }

  #newSlot(): RequestSlot {
    const slot = new RequestSlot(this.#pool, this.#onSlotSettled);
    this.#all.push(slot);
    return slot;
  }

  /** A function in the method that opens a connection would cost an allocation for each request that opens none. */
  readonly #onNextTurn = (): void => {
    const { opensPerTurn, opensAfterFreed } = this.#limits;
    this.#openLimit = this.#freed ? opensAfterFreed : opensPerTurn;
    this.#freed = false;
    this.#openedInTurn = 0;
    if (this.#waiting.length > 0) this.#sendWaiting();
  };

  #send(
    slot: RequestSlot,
    request: number,
    arrival: number,
    intendedUs: number,
    sendDelayUs: number,
    nowUs: number,
  ): void {
    if (this.#inFlight++ === 0) this.#heartbeat.start(nowUs);
    slot.send(request, arrival, intendedUs, sendDelayUs, nowUs);
  }

  readonly #onSlotSettled = (slot: RequestSlot, nowUs: number): void => {
    this.#inFlight--;
    if (slot.isLate) this.#displaced.ended();
    // Whoever waits for what was read late sends the next request as late.
    this.#burst.late(slot.times.readDelayUs, nowUs);
    if (slot.connected) {
      this.#connected.push(slot);
      this.#freed = true;
    } else this.#unconnected.push(slot);
    if (this.#waiting.length > 0) this.#sendWaiting();
    this.#deadlines.check(nowUs);
    this.onSettled(nowUs);
  };

  #sendWaiting(): void {
    if (this.#sendingWaiting) return; // called by a request that failed at once in the loop below
    this.#sendingWaiting = true;
    const { timing } = this.#pool;
    while (this.#waiting.length > 0) {
      const slot = this.#takeSlot();
      if (slot === undefined) break;
      this.#sendFirst(slot, timing.now());
    }
    this.#withheld.set(this.#waiting.length > 0 && !this.#atConnectionLimit, timing.now());
    this.#sendingWaiting = false;
  }

  /**
   * Sends the arrival that has waited for longest. The generator's part in its wait: without the delay of the request that freed the slot it
   * would have been sent earlier by as much, if it waited then.
   */
  #sendFirst(slot: RequestSlot, nowUs: number): void {
    const { request, arrival, intendedUs, sinceUs, isLate, withheldUs } = this.#waiting.shift()!;
    const { ownUs, endedUs } = slot.times;
    const freedLateUs = Math.min(ownUs, Math.max(0, endedUs - sinceUs));
    const delayUs = sinceUs - intendedUs + freedLateUs + this.#withheld.until(nowUs) - withheldUs;
    this.#pool.recorder.waitingSent(request);
    slot.isLate = isLate || this.#displaced.taken(delayUs);
    this.#burst.late(delayUs, nowUs);
    this.#send(slot, request, arrival, intendedUs, Math.min(delayUs, nowUs - intendedUs), nowUs);
  }
}
