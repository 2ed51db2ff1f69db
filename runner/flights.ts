import { Deadlines, Expiring } from './deadlines.ts';
import { type Failure, failureOf, TIMED_OUT_CONNECTING, TIMED_OUT_WAITING } from './failure.ts';
import type { PreparedRequest } from './requests.ts';
import type { RecordSample } from './samples.ts';
import type { Tally } from './tally.ts';
import type { Timing } from './timing.ts';
import type { Lane, LaneEvents, Transport } from './transport.ts';
import type { Scopes } from './variables.ts';

/** What a flight needs of the pool that it belongs to. */
type Pool = {
  requests: readonly PreparedRequest[];
  transport: Transport;
  timing: Timing;
  tally: Tally;
  /** Microseconds. */
  timeout: number;
  deadlines: Deadlines;
  sample: RecordSample | undefined;
  scopes: Scopes;
  settled: (flight: Flight) => void;
};

const UNWRITTEN = -1;
const NOTHING_EXTRACTED: ReadonlyMap<string, string> = new Map();

/** One request on its way, and then the next one: flights are kept and used again with their connections. */
export class Flight extends Expiring implements LaneEvents {
  round = 0;
  readonly #pool: Pool;
  readonly #lane: Lane;
  #request = 0;
  #arrival = 0;
  #intended = 0;
  #begun = 0;
  #written = UNWRITTEN;
  #status = 0;
  #bodyMatches = true;
  #bodyTail: Buffer | undefined;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
    this.#lane = pool.transport.open(this);
  }

  /** Sends request `request` for arrival number `arrival`, which was due at `intended`. */
  send(request: number, arrival: number, intended: number): void {
    const { requests, timing, deadlines, timeout, scopes } = this.#pool;
    const prepared = requests[request]!;
    const { round } = this;
    this.#request = request;
    this.#arrival = arrival;
    this.#intended = intended;
    this.#begun = timing.now();
    this.#written = UNWRITTEN;
    this.#bodyMatches = prepared.expectsBody === null;
    this.#bodyTail = undefined;
    this.#lane.send(prepared.render === null ? prepared : prepared.render(scopes(arrival, request, NOTHING_EXTRACTED)));
    const stillConnecting = this.round === round && this.#written === UNWRITTEN;
    if (stillConnecting) deadlines.add(this, this.#begun + timeout);
  }

  written(): void {
    this.#written = this.#pool.timing.now();
    this.round++; // the time-out counts from the write: a deadline for connecting is void
    this.#pool.deadlines.add(this, this.#written + this.#pool.timeout);
  }

  head(status: number): void {
    this.#status = status;
  }

  /** Looks for the expected text in the body as it comes, keeping no more of it than the text could straddle. */
  data(chunk: Buffer): void {
    if (this.#bodyMatches) return;
    const wanted = this.#pool.requests[this.#request]!.expectsBody!;
    const body = this.#bodyTail === undefined ? chunk : Buffer.concat([this.#bodyTail, chunk]);
    if (body.includes(wanted)) this.#bodyMatches = true;
    else this.#bodyTail = Buffer.from(body.subarray(Math.max(0, body.length - wanted.length + 1)));
  }

  end(): void {
    const { timing, tally, requests, sample } = this.#pool;
    const now = timing.now();
    const expected = requests[this.#request]!.expectsStatus(this.#status) && this.#bodyMatches;
    tally.done(this.#request, this.#status, expected, now - this.#intended, now - this.#written);
    sample?.(this.#arrival, this.#intended, this.#written, now, 'done', this.#status, this.#request);
    this.#settle();
  }

  failed(error: Error): void {
    this.#fail(failureOf(error));
  }

  expire(): void {
    const { tally, timing, sample } = this.#pool;
    const now = timing.now();
    this.#lane.cancel();
    if (this.#written === UNWRITTEN) {
      this.#fail({ kind: TIMED_OUT_CONNECTING, example: 'no connection within the time-out' });
      return;
    }
    const failure = { kind: TIMED_OUT_WAITING, example: 'no complete response within the time-out' };
    tally.timeout(this.#request, failure, now - this.#intended, now - this.#written);
    sample?.(this.#arrival, this.#intended, this.#written, now, 'timeout', 0, this.#request);
    this.#settle();
  }

  /** Cuts off what is under way. */
  abort(): void {
    this.#lane.cancel();
    this.#pool.tally.aborted(this.#request);
    this.#pool.sample?.(
      this.#arrival,
      this.#intended,
      this.#written,
      this.#pool.timing.now(),
      'aborted',
      0,
      this.#request,
    );
    this.#settle();
  }

  close(): void {
    this.#lane.close();
  }

  #fail(failure: Failure): void {
    const { tally, sample, timing } = this.#pool;
    tally.failed(this.#request, failure);
    sample?.(this.#arrival, this.#intended, this.#written, timing.now(), 'failed', 0, this.#request);
    this.#settle();
  }

  #settle(): void {
    this.round++;
    this.#pool.deadlines.remove(this);
    this.#pool.settled(this);
  }
}

/** All flights of an engine: the free ones, last used first, so that few connections are kept busy; and those under way. */
export class Flights {
  readonly #pool: Pool;
  readonly #limit: number;
  readonly #free: Flight[] = [];
  readonly #underWay = new Set<Flight>();
  #stopWatching = () => {};
  #watching = false;
  /** Called after a flight has ended. */
  onSettled = () => {};

  constructor(pool: Omit<Pool, 'deadlines' | 'settled'>, limit: number) {
    this.#pool = { ...pool, deadlines: new Deadlines(), settled: (flight) => this.#settled(flight) };
    this.#limit = limit;
  }

  get inFlight(): number {
    return this.#underWay.size;
  }

  /** Sends a request, or counts it as dropped when the in-flight limit is reached. */
  launch(request: number, arrival: number, intended: number): void {
    if (this.#underWay.size >= this.#limit) {
      this.#pool.tally.dropped(request);
      return;
    }
    const flight = this.#free.pop() ?? new Flight(this.#pool);
    this.#underWay.add(flight);
    this.#pool.tally.made(request);
    flight.send(request, arrival, intended);
    if (!this.#watching) this.#watchDeadlines();
  }

  abortAll(): void {
    for (const flight of [...this.#underWay]) flight.abort();
  }

  /** Closes every connection; nothing may be under way. */
  close(): void {
    this.#stopWatching();
    for (const flight of this.#free) flight.close();
  }

  #settled(flight: Flight): void {
    this.#underWay.delete(flight);
    this.#free.push(flight);
    this.onSettled();
  }

  /** One timer for the earliest deadline that is open. It may fire early, as timers count whole milliseconds; then it is set again. */
  #watchDeadlines(): void {
    const next = this.#pool.deadlines.sweep(this.#pool.timing.now());
    this.#watching = next !== Number.POSITIVE_INFINITY;
    this.#stopWatching = this.#pool.timing.at(next, () => this.#watchDeadlines());
  }
}
