import type { Clock } from '../../runner/engine/clock.ts';
import type { LoopFigures } from '../../runner/engine/delay/read-delay.ts';
import type { PreparedRequest } from '../../runner/request/prepared-request.ts';
import type { ResponseHeaders } from '../../runner/transport/message.ts';
import type { Connection, ConnectionEvents, Transport } from '../../runner/transport/transport.ts';

/** What comes first when the event loop is late: its timers, then what it reads, then the callbacks of `soon`. */
type Phase = 'timer' | 'read' | 'soon';
const PHASES: readonly Phase[] = ['timer', 'read', 'soon'];

type Entry = { time: number; phase: number; order: number; callback: () => void };

/** A clock in microseconds that advances only when no callback is due, with the figures of an event loop that is blocked meanwhile. */
export class VirtualTime implements Clock, LoopFigures {
  #now: number;
  #order = 0;
  #queue: Entry[] = [];
  #stops: { from: number; until: number }[] = [];
  #idle = 0;
  #turns = 0;
  #runDelay = 0;

  constructor(start = -1000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  at(time: number, callback: () => void): () => void {
    return this.#add(time, 'timer', callback);
  }

  after(time: number, callback: () => void): () => void {
    return this.at(this.#now + time, callback);
  }

  soon(callback: () => void): void {
    this.#add(this.#now, 'soon', callback);
  }

  /** Calls back at `time` with what comes from the network then, or as soon after it as the event loop reads it. */
  read(time: number, callback: () => void): () => void {
    return this.#add(time, 'read', callback);
  }

  /** Keeps the thread busy for a time. */
  spend(time: number): void {
    this.#now += time;
  }

  /** Stops the process from `from` until `until`, whatever it does. */
  stop(from: number, until: number): void {
    this.#stops.push({ from, until });
  }

  /** The thread waits for a CPU at its next wake-up, for `time`. */
  waitForCpu(time: number): void {
    this.#runDelay += time;
    this.#idle += time;
    this.#now += time;
  }

  idleUs(): number {
    return this.#idle;
  }

  turns(): number {
    return this.#turns;
  }

  runDelayUs(): number {
    return this.#runDelay;
  }

  /** Runs until no callback is left, or until `limit`. */
  run(limit = Number.POSITIVE_INFINITY): void {
    for (;;) {
      const next = this.#next();
      if (next === undefined || this.#endOfStop(next.time) > limit) break;
      this.#block(next.time);
      if (this.#now > next.time && this.#next() !== next) continue; // it was overdue at the end of a stop
      this.#queue = this.#queue.filter((e) => e !== next);
      this.#turns++;
      next.callback();
    }
    if (limit !== Number.POSITIVE_INFINITY) this.#now = Math.max(this.#now, limit);
  }

  #add(time: number, phase: Phase, callback: () => void): () => void {
    if (time === Number.POSITIVE_INFINITY) return () => {};
    const entry = { time: Math.max(time, this.#now), phase: PHASES.indexOf(phase), order: this.#order++, callback };
    this.#queue.push(entry);
    return () => {
      this.#queue = this.#queue.filter((e) => e !== entry);
    };
  }

  /** The next callback. Those that are overdue come in the order of their phases. */
  #next(): Entry | undefined {
    const overdue = this.#queue.filter((e) => e.time < this.#now);
    const queue = overdue.length > 0 ? overdue : this.#queue;
    const byPhase = (a: Entry, b: Entry) => (overdue.length > 0 ? a.phase - b.phase : 0);
    return queue.toSorted((a, b) => byPhase(a, b) || a.time - b.time || a.order - b.order)[0];
  }

  /** `time`, or the end of the stop in which it lies. */
  #endOfStop(time: number): number {
    return this.#stops.find(({ from, until }) => from <= time && time < until)?.until ?? time;
  }

  /** The loop is blocked until `time`, or until the end of the stop in which this lies. */
  #block(time: number): void {
    const end = this.#endOfStop(time);
    this.#idle += Math.max(0, end - this.#now);
    this.#now = Math.max(this.#now, end);
  }
}

/** The behaviour of a scripted target at a request, which comes at `nowUs`. Times in microseconds: `connect` until it is written, then `after` until its response. */
export type Script = (
  request: PreparedRequest,
  number: number,
  nowUs: number,
) =>
  | {
      outcome: 'response';
      status: number;
      headers?: ResponseHeaders;
      body?: readonly (string | Buffer)[];
      /** The time for which the connection may then be idle. */
      idleLimit?: number;
      connect?: number;
      /** The time for which opening a connection keeps the thread busy. */
      work?: number;
      /** The time for which the thread is in the middle of the write. */
      writing?: number;
      after: number;
      /** From the head until the end; by default all comes at once. */
      rest?: number;
    }
  | { outcome: 'fail'; code: string; connect?: number; after: number }
  | { outcome: 'never'; connect?: number }
  | { outcome: 'never connects'; work?: number };

/**
 * A transport of at most `most` connections whose target follows `script`; `sent` lists its requests. `making`: the time for which making a
 * connection, which opens later, keeps the thread busy.
 */
export function scriptedTransport(time: VirtualTime, script: Script, most = Number.POSITIVE_INFINITY, making = 0) {
  const sent: { at: number; request: PreparedRequest }[] = [];
  const connections = { open: 0, closed: 0, connections: 0 };
  function open(events: ConnectionEvents): Connection {
    let cancel = () => {};
    let connected = false;
    connections.open++;
    time.spend(making);
    const later = (delay: number, callback: () => void) => {
      if (delay === 0) callback();
      else cancel = time.read(time.now() + delay, callback);
    };
    return {
      get connected() {
        return connected;
      },
      send(outgoing) {
        // The engine passes its prepared requests unchanged.
        const request = outgoing as PreparedRequest;
        const plan = script(request, sent.length, time.now());
        sent.push({ at: time.now(), request });
        if (!connected) {
          connections.connections++;
          if ('work' in plan) time.spend(plan.work ?? 0);
        }
        if (plan.outcome === 'never connects') {
          events.waits();
          return;
        }
        if ((plan.connect ?? 0) > 0) events.waits();
        later(plan.connect ?? 0, () => {
          connected = true;
          events.written();
          if ('writing' in plan) time.spend(plan.writing ?? 0);
          events.handedOver?.();
          if (plan.outcome === 'never') return;
          later(plan.after, () => {
            if (plan.outcome === 'fail') {
              connected = false;
              events.failed(Object.assign(new Error(plan.code), { code: plan.code }));
              return;
            }
            events.head(plan.status, plan.headers);
            later(plan.rest ?? 0, () => {
              for (const chunk of plan.body ?? []) events.data(Buffer.from(chunk));
              events.end(plan.idleLimit);
            });
          });
        });
      },
      cancel: () => {
        connected = false;
        cancel();
      },
      close: () => {
        connected = false;
        connections.closed++;
      },
    };
  }
  return { transport: { connections: most, open } satisfies Transport, sent, connections };
}
