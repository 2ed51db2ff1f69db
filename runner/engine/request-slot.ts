import type { Protocol } from '../protocol/protocol.ts';
import type { PreparedRequest, Redirects } from '../request/prepared-request.ts';
import { redirected } from '../request/redirect.ts';
import type { Scopes } from '../request/variables.ts';
import { bodyTooLarge } from '../response/decoding.ts';
import { ResponseBuffer } from '../response/response-buffer.ts';
import { type Failure, failureOf, TIMED_OUT_CONNECTING, TIMED_OUT_WAITING } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import type { Connection, ConnectionEvents, Transport } from '../transport/transport.ts';
import type { Clock } from './clock.ts';
import { type Deadlines, Expiring } from './deadlines.ts';
import { Iteration } from './iteration.ts';
import type { Recorder } from './recorder.ts';
import type { LogRequest } from './request-log.ts';
import type { ThinkTimes } from './think-time.ts';

/** The part of the slot pool that its slots use. */
export type Pool = {
  protocol: Protocol;
  requests: readonly PreparedRequest[];
  transport: Transport;
  timing: Clock;
  recorder: Recorder;
  /** Microseconds. */
  timeout: number;
  deadlines: Deadlines;
  thinking: ThinkTimes;
  sample: LogRequest | undefined;
  scopes: Scopes;
  /** Whether the requests are one journey, in order. */
  journeys: boolean;
  /** Epoch milliseconds. */
  clock: () => number;
  settled: (slot: RequestSlot, now: number) => void;
};

const UNWRITTEN = -1;
const NOT_THINKING = -1;
const NOTHING_EXTRACTED: ReadonlyMap<string, string> = new Map();

/**
 * One request on its way, and then the next one: flights are kept and used again with their connections. A journey is one flight
 * through all requests in order, so that it is in flight as one request is.
 */
export class RequestSlot extends Expiring implements ConnectionEvents {
  round = 0;
  underWay = false;
  readonly #pool: Pool;
  readonly #connection: Connection;
  #request = 0;
  #arrival = 0;
  #intended = 0;
  /** Until when the user of a journey thinks. */
  #thinksUntil = NOT_THINKING;
  #written = UNWRITTEN;
  readonly #response = new ResponseBuffer();
  #journey: Iteration | undefined;
  /** What was sent last, where redirects are followed, and how many were. */
  #sent: PreparedRequest | undefined;
  #hops = 0;
  /** Until when the connection may be idle. */
  #idleUntil = Number.POSITIVE_INFINITY;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
    this.#connection = pool.transport.open(this);
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  /** Whether the next request can be written at once; not on a connection that was idle for so long that the server may be closing it. */
  stillConnected(): boolean {
    this.#closeIfIdleTooLong();
    return this.#connection.connected;
  }

  #closeIfIdleTooLong(): void {
    const until = this.#idleUntil;
    if (until !== Number.POSITIVE_INFINITY && this.#pool.timing.now() > until) this.#connection.close();
  }

  get ignoresBody(): boolean {
    return this.#response.ignoresBody;
  }

  /** Sends request `request`, with which a journey begins, for arrival number `arrival`, which was due at `intended`. */
  send(request: number, arrival: number, intended: number): void {
    this.underWay = true;
    this.#arrival = arrival;
    if (this.#pool.journeys) this.#journey = new Iteration(this.#pool.clock);
    this.#step(request, intended);
  }

  #step(request: number, intended: number): void {
    const { requests, deadlines, timeout, recorder, timing } = this.#pool;
    const prepared = requests[request]!;
    const { round } = this;
    this.#request = request;
    this.#intended = intended;
    this.#written = UNWRITTEN;
    this.#hops = 0;
    this.#response.expect(prepared, recorder.examples.wanted);
    this.#connection.send(this.#messageOf(prepared));
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
    this.#response.head(status, headers, this.#pool.recorder.examples.wanted);
  }

  data(chunk: Buffer): void {
    if (this.#response.data(chunk)) this.#giveUp(this.#pool.requests[this.#request]!.maxBodyBytes);
  }

  /** Behind the transport's own work on the chunk that was too much, as it must not be cut off within it. */
  #giveUp(maxBodyBytes: number): void {
    const { round } = this;
    queueMicrotask(() => {
      if (this.round !== round) return;
      this.#connection.cancel();
      this.#fail(bodyTooLarge(maxBodyBytes));
    });
  }

  end(idleLimit?: number): void {
    const { protocol, timing, recorder, requests, sample } = this.#pool;
    const now = timing.now();
    this.#idleUntil = idleLimit === undefined ? Number.POSITIVE_INFINITY : now + idleLimit;
    const response = this.#response;
    const request = requests[this.#request]!;
    if (response.isTooLarge) {
      this.#fail(bodyTooLarge(request.maxBodyBytes));
      return;
    }
    this.#journey?.answered(response.headers);
    if (request.redirects !== null && this.#follow(request.redirects)) return;
    const finding = protocol.judge(request, response, this.#arrival, this.#journey?.values);
    if ('failure' in finding) {
      this.#fail(finding.failure);
      return;
    }
    const { expected, reason } = finding;
    recorder.done(this.#request, response.status, expected, now - this.#intended, now - this.#written);
    if (!expected && recorder.examples.wanted > 0) recorder.example(this.#request, response, reason ?? response.reason);
    sample?.(this.#arrival, this.#intended, this.#written, now, 'done', response.status, this.#request);
    if (expected && this.#journey !== undefined && this.#request + 1 < requests.length) this.#goOn(now);
    else this.#settle(now);
  }

  /** Follows a redirect as a part of the same request; false when the answer is none that can be followed. */
  #follow({ max, target }: Redirects): boolean {
    const { recorder, requests } = this.#pool;
    const next = redirected(this.#sent!, this.#response.status, this.#response.headers, target);
    if (next === undefined) return false;
    if (this.#hops >= max) {
      this.#fail({
        kind: 'TooManyRedirects',
        example: `more than ${max}, the last to ${recorder.examples.shown(next.url)}`,
      });
      return true;
    }
    this.#hops++;
    this.round++;
    recorder.redirect();
    this.#sent = next.request;
    this.#response.expect(requests[this.#request]!, recorder.examples.wanted);
    this.#connection.send(this.#journey?.dress(next.request) ?? next.request);
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
      this.#response.forgetBody();
      this.#thinksUntil = now + thinkTime;
      thinking.add(this, this.#request + 1, this.#thinksUntil);
    }
  }

  #next(ready: number): void {
    this.#thinksUntil = NOT_THINKING;
    this.#pool.recorder.made(this.#request + 1);
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
    const { recorder, sample } = this.#pool;
    this.#connection.cancel();
    if (this.#written === UNWRITTEN) {
      this.#fail({ kind: TIMED_OUT_CONNECTING, example: 'no connection within the time-out' });
      return;
    }
    const failure: Failure = { kind: TIMED_OUT_WAITING, example: 'no complete response within the time-out' };
    recorder.timeout(this.#request, failure, now - this.#intended, now - this.#written);
    sample?.(this.#arrival, this.#intended, this.#written, now, 'timeout', 0, this.#request);
    this.#settle(now);
  }

  /** Cuts off what is under way; a request that its user only thinks about has not come due. */
  abort(): void {
    const { recorder, sample, timing, thinking } = this.#pool;
    const now = timing.now();
    if (this.#thinksUntil !== NOT_THINKING) {
      thinking.remove(this, this.#request + 1);
      this.#thinksUntil = NOT_THINKING;
      this.#settle(now);
      return;
    }
    this.#connection.cancel();
    recorder.aborted(this.#request);
    sample?.(this.#arrival, this.#intended, this.#written, now, 'aborted', 0, this.#request);
    this.#settle(now);
  }

  close(): void {
    this.#connection.close();
  }

  #fail(failure: Failure): void {
    const { recorder, sample, timing } = this.#pool;
    const now = timing.now();
    recorder.failed(this.#request, failure);
    sample?.(this.#arrival, this.#intended, this.#written, now, 'failed', 0, this.#request);
    this.#settle(now);
  }

  #settle(now: number): void {
    this.round++;
    this.underWay = false;
    this.#response.forgetBody(); // a flight at rest holds no answer
    this.#pool.deadlines.remove(this);
    this.#pool.settled(this, now);
  }
}
