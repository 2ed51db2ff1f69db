import type { Clock } from '../../runner/engine/clock.ts';
import type { PreparedRequest } from '../../runner/request/prepared-request.ts';
import type { ResponseHeaders } from '../../runner/transport/message.ts';
import type { Connection, ConnectionEvents, Transport } from '../../runner/transport/transport.ts';

type Entry = { time: number; order: number; callback: () => void };

/** A clock in microseconds that advances only when no callback is due. */
export class VirtualTime implements Clock {
  #now: number;
  #order = 0;
  #queue: Entry[] = [];

  constructor(start = -1000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  at(time: number, callback: () => void): () => void {
    if (time === Number.POSITIVE_INFINITY) return () => {};
    const entry = { time: Math.max(time, this.#now), order: this.#order++, callback };
    this.#queue.push(entry);
    return () => {
      this.#queue = this.#queue.filter((e) => e !== entry);
    };
  }

  soon(callback: () => void): void {
    this.at(this.#now, callback);
  }

  /** Keeps the thread busy for a time. */
  spend(time: number): void {
    this.#now += time;
  }

  /** Runs until no callback is left, or until `limit`. */
  run(limit = Number.POSITIVE_INFINITY): void {
    for (;;) {
      const next = this.#queue.toSorted((a, b) => a.time - b.time || a.order - b.order)[0];
      if (next === undefined || next.time > limit) break;
      this.#queue = this.#queue.filter((e) => e !== next);
      this.#now = Math.max(this.#now, next.time);
      next.callback();
    }
    if (limit !== Number.POSITIVE_INFINITY) this.#now = Math.max(this.#now, limit);
  }
}

/** The behaviour of a scripted target at a request. Times in microseconds: `connect` until it is written, then `after` until its end. */
export type Script = (
  request: PreparedRequest,
  number: number,
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
      after: number;
    }
  | { outcome: 'fail'; code: string; connect?: number; after: number }
  | { outcome: 'never'; connect?: number }
  | { outcome: 'never connects'; work?: number };

/** A transport of at most `most` connections whose target follows `script`; `sent` lists its requests. */
export function scriptedTransport(time: VirtualTime, script: Script, most = Number.POSITIVE_INFINITY) {
  const sent: { at: number; request: PreparedRequest }[] = [];
  const connections = { open: 0, closed: 0, connections: 0 };
  function open(events: ConnectionEvents): Connection {
    let cancel = () => {};
    let connected = false;
    connections.open++;
    const later = (delay: number, callback: () => void) => {
      if (delay === 0) callback();
      else cancel = time.at(time.now() + delay, callback);
    };
    return {
      get connected() {
        return connected;
      },
      send(outgoing) {
        // The engine passes its prepared requests unchanged.
        const request = outgoing as PreparedRequest;
        const plan = script(request, sent.length);
        sent.push({ at: time.now(), request });
        if (!connected) {
          connections.connections++;
          if ('work' in plan) time.spend(plan.work ?? 0);
        }
        if (plan.outcome === 'never connects') return;
        later(plan.connect ?? 0, () => {
          connected = true;
          events.written();
          if (plan.outcome === 'never') return;
          later(plan.after, () => {
            if (plan.outcome === 'fail') {
              connected = false;
              events.failed(Object.assign(new Error(plan.code), { code: plan.code }));
              return;
            }
            events.head(plan.status, plan.headers);
            for (const chunk of plan.body ?? []) events.data(Buffer.from(chunk));
            events.end(plan.idleLimit);
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
