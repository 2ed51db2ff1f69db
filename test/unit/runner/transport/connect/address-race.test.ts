import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { AddressRace } from '../../../../../runner/transport/connect/address-race.ts';
import { failureOf } from '../../../../../runner/transport/error-kind.ts';

/** How an address responds: it connects after so many milliseconds, never, or with an error after some. */
type Response = number | 'never' | [error: string, afterMs: number];

class FakeSocket extends EventEmitter {
  destroyed = false;
  destroy() {
    this.destroyed = true;
  }
}

/** A network in virtual time, in milliseconds. */
class Network {
  nowMs = 0;
  log: string[] = [];
  #timers: { atMs: number; callback: () => void }[] = [];
  readonly #responses: Record<string, Response>;

  constructor(responses: Record<string, Response>) {
    this.#responses = responses;
  }

  readonly timers = {
    now: () => this.nowMs,
    after: (ms: number, callback: () => void) => {
      const timer = { atMs: this.nowMs + ms, callback };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      };
    },
  };

  connect(host: string): Socket {
    const socket = new FakeSocket();
    const response = this.#responses[host]!;
    this.log.push(`${this.nowMs} ${host}`);
    const unlessDestroyed = (event: string, error?: Error) => () => {
      if (!socket.destroyed) socket.emit(event, error);
    };
    if (typeof response === 'number') this.timers.after(response, unlessDestroyed('connect'));
    else if (response !== 'never') {
      const [code, afterMs] = response;
      const error = Object.assign(new Error(`connect ${code} ${host}`), { code });
      this.timers.after(afterMs, unlessDestroyed('error', error));
    }
    return Object.assign(socket as unknown as Socket, { host });
  }

  /** Runs what is due until `endMs`. */
  runUntil(endMs: number) {
    for (;;) {
      const due = this.#timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.nowMs = due.atMs;
      due.callback();
    }
    this.nowMs = endMs;
  }

  /** One connection to the addresses, in this order; the log has the times of its attempts and its result. */
  dial(race: AddressRace, hosts: string[], untilMs = this.nowMs + 30_000): string {
    this.log = [];
    const startMs = this.nowMs;
    const since = () => this.nowMs - startMs;
    const endpoints = hosts.map((host) => ({ host, port: 80, noDelay: true }));
    const abort = race.run(endpoints, (peer) => this.connect('host' in peer ? peer.host : ''), {
      open: (socket) => this.log.push(`${this.nowMs} open ${(socket as unknown as { host: string }).host}`),
      failed: (error) => this.log.push(`${this.nowMs} ${failureOf(error).kind}: ${failureOf(error).example}`),
    });
    this.runUntil(untilMs);
    abort();
    assert.ok(since() > 0);
    return this.log.map((line) => line.replace(/^\d+/, (time) => String(Number(time) - startMs))).join(', ');
  }
}

type Row = [what: string, responses: Record<string, Response>, log: string, timeoutMs?: number];
const ROWS: Row[] = [
  ['one address that connects', { a: 7 }, '0 a, 7 open a'],
  ['one address that is slow', { a: 4000 }, '0 a, 4000 open a'],
  ['two addresses, the first connects', { a: 7, b: 7 }, '0 a, 7 open a'],
  ['a slow first address, an unreachable second one', { a: 600, b: ['ENETUNREACH', 0] }, '0 a, 250 b, 600 open a'],
  ['a first address without a response', { a: 'never', b: 5 }, '0 a, 250 b, 255 open b'],
  ['two slow addresses', { a: 600, b: 600 }, '0 a, 250 b, 600 open a'],
  ['a refused first address', { a: ['ECONNREFUSED', 1], b: 5 }, '0 a, 1 b, 6 open b'],
  ['an unreachable first address', { a: ['ENETUNREACH', 0], b: 5 }, '0 a, 0 b, 5 open b'],
  ['a short timeout', { a: 'never', b: 5 }, '0 a, 50 b, 55 open b', 100],
  ['three addresses, two without a response', { a: 'never', b: 'never', c: 5 }, '0 a, 100 b, 200 c, 205 open c', 300],
  [
    'two addresses that refuse',
    { a: ['ECONNREFUSED', 1], b: ['ECONNREFUSED', 1] },
    '0 a, 1 b, 2 ConnectionRefused: connect ECONNREFUSED a; connect ECONNREFUSED b',
  ],
  [
    'a refusal behind an unreachable address',
    { a: ['ENETUNREACH', 0], b: ['ECONNREFUSED', 1] },
    '0 a, 0 b, 1 ConnectionRefused: connect ENETUNREACH a; connect ECONNREFUSED b',
  ],
  [
    'a refusal before a family that this machine lacks',
    { a: ['ECONNREFUSED', 0], b: ['EADDRNOTAVAIL', 1] },
    '0 a, 0 b, 1 ConnectionRefused: connect ECONNREFUSED a; connect EADDRNOTAVAIL b',
  ],
  [
    'no free port, and no route by the other family',
    { a: ['EADDRNOTAVAIL', 0], b: ['ENETUNREACH', 1] },
    '0 a, 0 b, 1 PortsExhausted: connect EADDRNOTAVAIL a; connect ENETUNREACH b',
  ],
  ['nothing but silence, until the request gives up', { a: 'never', b: 'never' }, '0 a, 250 b'],
];
for (const [what, responses, log, timeoutMs = 10_000] of ROWS) {
  test(`the addresses of a name: ${what}`, () => {
    const network = new Network(responses);
    assert.equal(network.dial(new AddressRace(timeoutMs, network.timers), Object.keys(responses)), log);
  });
}

test('an address that was overtaken is tried last, for ten seconds', () => {
  const network = new Network({ a: 'never', b: 5 });
  const race = new AddressRace(10_000, network.timers);
  assert.equal(network.dial(race, ['a', 'b'], 1000), '0 a, 250 b, 255 open b');
  assert.equal(network.dial(race, ['a', 'b'], 9000), '0 b, 5 open b');
  assert.equal(network.dial(race, ['a', 'b'], 11_000), '0 b, 5 open b');
  assert.equal(network.dial(race, ['a', 'b'], 12_000), '0 a, 250 b, 255 open b');
});

test('connections over a slow network make one attempt each, once that is known', () => {
  const network = new Network({ a: 600, b: 600 });
  const race = new AddressRace(10_000, network.timers);
  assert.equal(network.dial(race, ['a', 'b']), '0 a, 250 b, 600 open a');
  assert.equal(network.dial(race, ['b', 'a']), '0 b, 600 open b');
  assert.equal(network.dial(race, ['a', 'b']), '0 a, 600 open a');
});

test('an abort ends every attempt', () => {
  const network = new Network({ a: 300, b: 100 });
  const sockets: Socket[] = [];
  const connect = (peer: object) => {
    sockets.push(network.connect((peer as { host: string }).host));
    return sockets.at(-1)!;
  };
  const events = { open: () => assert.fail('open'), failed: () => assert.fail('failed') };
  const endpoints = ['a', 'b'].map((host) => ({ host, port: 80, noDelay: true }));
  const abort = new AddressRace(10_000, network.timers).run(endpoints, connect, events);
  network.runUntil(260);
  abort();
  network.runUntil(1000);
  assert.deepEqual(
    sockets.map(({ destroyed }) => destroyed),
    [true, true],
  );
});

test('an error that connecting throws is reported like any other', async () => {
  const race = new AddressRace(10_000);
  const error = await new Promise<Error>((failed, open) => {
    const connect = (): Socket => {
      throw new TypeError('no such option');
    };
    race.run([{ host: 'a', port: 80, noDelay: true }], connect, { open, failed });
  });
  assert.equal(error.message, 'no such option');
});
