import type { PreparedRequest, Redirects } from '../request/prepared-request.ts';
import { leftUnfollowed, redirected } from '../request/redirect.ts';
import type { Scopes } from '../request/variables.ts';
import { bodyTooLarge } from '../response/decoding.ts';
import { Answer } from '../response/response-buffer.ts';
import { type Failure, failureOf, TIMED_OUT_CONNECTING, TIMED_OUT_WAITING } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import type { Lane, LaneEvents, Transport } from '../transport/transport.ts';
import type { Timing } from './clock.ts';
import { type Deadlines, Expiring } from './deadlines.ts';
import { Journey } from './iteration.ts';
import type { Tally } from './recorder.ts';
import type { RecordSample } from './request-log.ts';
import type { Thinking } from './think-time.ts';

/** What a flight needs of the pool that it belongs to. */
export type Pool = {
  requests: readonly PreparedRequest[];
  transport: Transport;
  timing: Timing;
  tally: Tally;
  /** Microseconds. */
  timeout: number;
  deadlines: Deadlines;
  thinking: Thinking;
  sample: RecordSample | undefined;
  scopes: Scopes;
  /** Whether the requests are one journey, in order. */
  journeys: boolean;
  /** Epoch milliseconds. */
  clock: () => number;
  settled: (flight: Flight, now: number) => void;
};

const UNWRITTEN = -1;
const NOT_THINKING = -1;
const NOTHING_EXTRACTED: ReadonlyMap<string, string> = new Map();

/**
 * One request on its way, and then the next one: flights are kept and used again with their connections. A journey is one flight
 * through all requests in order, so that it is in flight as one request is.
 */
export class Flight extends Expiring implements LaneEvents {
  round = 0;
  underWay = false;
  readonly #pool: Pool;
  readonly #lane: Lane;
  #request = 0;
  #arrival = 0;
  #intended = 0;
  /** Until when the user of a journey thinks. */
  #thinksUntil = NOT_THINKING;
  #written = UNWRITTEN;
  readonly #answer = new Answer();
  #journey: Journey | undefined;
  /** What was sent last, where redirects are followed, and how many were. */
  #sent: PreparedRequest | undefined;
  #hops = 0;
  /** Until when the connection may be idle. */
  #idleUntil = Number.POSITIVE_INFINITY;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
    this.#lane = pool.transport.open(this);
  }

  get connected(): boolean {
    return this.#lane.connected;
  }

  /** Whether the next request can be written at once; not on a connection that was idle for so long that the server may be closing it. */
  stillConnected(): boolean {
    this.#closeIfIdleTooLong();
    return this.#lane.connected;
  }

  #closeIfIdleTooLong(): void {
    const until = this.#idleUntil;
    if (until !== Number.POSITIVE_INFINITY && this.#pool.timing.now() > until) this.#lane.close();
  }

  get indifferent(): boolean {
    return this.#answer.indifferent;
  }

  /** Sends request `request`, with which a journey begins, for arrival number `arrival`, which was due at `intended`. */
  send(request: number, arrival: number, intended: number): void {
    this.underWay = true;
    this.#arrival = arrival;
    if (this.#pool.journeys) this.#journey = new Journey(this.#pool.clock);
    this.#step(request, intended);
  }

  #step(request: number, intended: number): void {
    const { requests, deadlines, timeout, tally, timing } = this.#pool;
    const prepared = requests[request]!;
    const { round } = this;
    this.#request = request;
    this.#intended = intended;
    this.#written = UNWRITTEN;
    this.#hops = 0;
    this.#answer.expect(prepared, tally.examples.wanted);
    this.#lane.send(this.#messageOf(prepared));
    const stillConnecting = this.round === round && this.#written === UNWRITTEN;
    // Not from when the request before ended: where many end at once, those in between take their time.
    if (stillConnecting) deadlines.add(this, timing.now() + timeout);
  }

  #messageOf(prepared: PreparedRequest): PreparedRequest {
    const journey = this.#journey;
    const { scopes } = this.#pool;
    const values = journey?.values ?? NOTHING_EXTRACTED;
    const message = prepared.render === null ? prepared : prepared.render(scopes(this.#arrival, this.#request, values));
    if (prepared.redirects !== null) this.#sent = message;
    return journey === undefined ? message : journey.dress(message);
  }

  written(): void {
    if (this.#hops > 0) return; // the time-out and the service time are those of all hops together
    this.#written = this.#pool.timing.now();
    this.round++; // the time-out counts from the write: a deadline for connecting is void
    this.#pool.deadlines.add(this, this.#written + this.#pool.timeout);
  }

  head(status: number, headers?: ResponseHeaders): void {
    this.#answer.head(status, headers, this.#pool.tally.examples.wanted);
  }

  data(chunk: Buffer): void {
    if (this.#answer.data(chunk)) this.#giveUp(this.#pool.requests[this.#request]!.maxBodyBytes);
  }

  /** Behind the transport's own work on the chunk that was too much, as it must not be cut off within it. */
  #giveUp(maxBodyBytes: number): void {
    const { round } = this;
    queueMicrotask(() => {
      if (this.round !== round) return;
      this.#lane.cancel();
      this.#fail(bodyTooLarge(maxBodyBytes));
    });
  }

  end(idleLimit?: number): void {
    const { timing, tally, requests, sample } = this.#pool;
    const now = timing.now();
    this.#idleUntil = idleLimit === undefined ? Number.POSITIVE_INFINITY : now + idleLimit;
    const answer = this.#answer;
    const { inspection, maxBodyBytes, redirects } = requests[this.#request]!;
    if (answer.isTooLarge) {
      this.#fail(bodyTooLarge(maxBodyBytes));
      return;
    }
    this.#journey?.answered(answer.headers);
    if (redirects !== null && this.#follow(redirects)) return;
    let reason = redirects === null ? undefined : leftUnfollowed(redirects, answer.status, answer.headers);
    let expected = reason === undefined && answer.isExpected;
    if (expected && inspection !== null) {
      const { status, headers, body } = answer;
      const looked = { status, headers, body, arrival: this.#arrival };
      const finding = inspection.inspect(looked, this.#journey?.values ?? new Map());
      if ('failure' in finding) {
        this.#fail(finding.failure);
        return;
      }
      ({ expected, reason } = finding);
    }
    tally.done(this.#request, answer.status, expected, now - this.#intended, now - this.#written);
    if (!expected && tally.examples.wanted > 0) tally.example(this.#request, answer, reason ?? answer.reason);
    sample?.(this.#arrival, this.#intended, this.#written, now, 'done', answer.status, this.#request);
    if (expected && this.#journey !== undefined && this.#request + 1 < requests.length) this.#goOn(now);
    else this.#settle(now);
  }

  /** Follows a redirect as a part of the same request; false when the answer is none that can be followed. */
  #follow({ most, target }: Redirects): boolean {
    const { tally, requests } = this.#pool;
    const next = redirected(this.#sent!, this.#answer.status, this.#answer.headers, target);
    if (next === undefined) return false;
    if (this.#hops >= most) {
      this.#fail({
        kind: 'TooManyRedirects',
        example: `more than ${most}, the last to ${tally.examples.shown(next.url)}`,
      });
      return true;
    }
    this.#hops++;
    this.round++;
    tally.redirect();
    this.#sent = next.request;
    this.#answer.expect(requests[this.#request]!, tally.examples.wanted);
    this.#lane.send(this.#journey?.dress(next.request) ?? next.request);
    return true;
  }

  /** The journey's next request: its user is ready for it when the answer has come and the think time is over. */
  #goOn(now: number): void {
    const { requests, deadlines, thinking } = this.#pool;
    this.round++;
    deadlines.remove(this);
    const { thinkTime } = requests[this.#request + 1]!;
    if (thinkTime === 0) this.#next(now);
    else {
      this.#answer.forgetBody();
      this.#thinksUntil = now + thinkTime;
      thinking.add(this, this.#request + 1, this.#thinksUntil);
    }
  }

  #next(ready: number): void {
    this.#thinksUntil = NOT_THINKING;
    this.#pool.tally.made(this.#request + 1);
    this.#closeIfIdleTooLong();
    this.#step(this.#request + 1, ready);
  }

  failed(error: Error): void {
    this.#fail(failureOf(error));
  }

  /** The time-out has passed, or the think time. */
  expire(now: number): void {
    if (this.#thinksUntil !== NOT_THINKING) {
      this.#next(this.#thinksUntil);
      return;
    }
    const { tally, sample } = this.#pool;
    this.#lane.cancel();
    if (this.#written === UNWRITTEN) {
      this.#fail({ kind: TIMED_OUT_CONNECTING, example: 'no connection within the time-out' });
      return;
    }
    const failure = { kind: TIMED_OUT_WAITING, example: 'no complete response within the time-out' };
    tally.timeout(this.#request, failure, now - this.#intended, now - this.#written);
    sample?.(this.#arrival, this.#intended, this.#written, now, 'timeout', 0, this.#request);
    this.#settle(now);
  }

  /** Cuts off what is under way; a request that its user only thinks about has not come due. */
  abort(): void {
    const { tally, sample, timing, thinking } = this.#pool;
    const now = timing.now();
    if (this.#thinksUntil !== NOT_THINKING) {
      thinking.remove(this, this.#request + 1);
      this.#thinksUntil = NOT_THINKING;
      this.#settle(now);
      return;
    }
    this.#lane.cancel();
    tally.aborted(this.#request);
    sample?.(this.#arrival, this.#intended, this.#written, now, 'aborted', 0, this.#request);
    this.#settle(now);
  }

  close(): void {
    this.#lane.close();
  }

  #fail(failure: Failure): void {
    const { tally, sample, timing } = this.#pool;
    const now = timing.now();
    tally.failed(this.#request, failure);
    sample?.(this.#arrival, this.#intended, this.#written, now, 'failed', 0, this.#request);
    this.#settle(now);
  }

  #settle(now: number): void {
    this.round++;
    this.underWay = false;
    this.#answer.forgetBody(); // a flight at rest holds no answer
    this.#pool.deadlines.remove(this);
    this.#pool.settled(this, now);
  }
}
