import type { Clock } from '../../runner/engine/clock.ts';
import type { PreparedRequest } from '../../runner/request/prepared-request.ts';
import type { ResponseHeaders } from '../../runner/transport/message.ts';
import type { Connection, ConnectionEvents, Transport } from '../../runner/transport/transport.ts';

type Entry = { time: number; order: number; callback: () => void };

/** A clock that moves only when everything due has been done; microseconds. */
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

  /** Work that keeps the thread: nothing else is done meanwhile. */
  spend(time: number): void {
    this.#now += time;
  }

  /** Runs until nothing is left to do, or until `limit`. */
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

/** What a scripted target does with a request: microseconds until it is written, then until its end; or what it costs to begin to connect. */
export type Script = (
  request: PreparedRequest,
  number: number,
) =>
  | {
      outcome: 'answer';
      status: number;
      headers?: ResponseHeaders;
      body?: readonly (string | Buffer)[];
      /** For how many microseconds the connection may be idle behind it. */
      idleLimit?: number;
      connect?: number;
      /** What beginning to connect costs the thread. */
      work?: number;
      after: number;
    }
  | { outcome: 'fail'; code: string; connect?: number; after: number }
  | { outcome: 'never'; connect?: number }
  | { outcome: 'never connects'; work?: number };

/** A transport of at most `most` lanes whose every request goes as `script` says; `sent` lists what was handed to it. */
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
        // The engine hands over its prepared requests as they are.
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
