import type { PreparedRequest, Redirects } from '../request/prepared-request.ts';
import type { IncomingResponse } from '../response/incoming-response.ts';
import type { Judgement } from '../response/inspection.ts';
import { type Failure, failureOf, TIMED_OUT_CONNECTING, TIMED_OUT_WAITING } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import type { Connection, ConnectionEvents } from '../transport/transport.ts';
import { Expiring } from './deadlines.ts';
import { RequestTimes, UNWRITTEN } from './delay/request-times.ts';
import { Iteration } from './iteration.ts';
import { EventReading } from './slot/event-reading.ts';
import type { Later } from './slot/judge-later.ts';
import type { Pool } from './slot/pool.ts';
import { RedirectChain } from './slot/redirect-chain.ts';
import { RequestReport } from './slot/request-report.ts';

const NOT_THINKING = -1;
const NOTHING_EXTRACTED: ReadonlyMap<string, string> = new Map();

/**
 * The state of one in-flight request with its connection and deadline, reused for the next request. A sequential iteration keeps one slot
 * for all its requests, and so counts as one request in flight.
 */
export class RequestSlot extends Expiring implements ConnectionEvents {
  /** Changes when a deadline or callback that was set before is void. */
  round = 0;
  inFlight = false;
  /** Whether the request was late when it was taken up; see Displaced. */
  isLate = false;
  readonly times: RequestTimes;
  /** The index of the request in the spec. */
  request = 0;
  arrival = 0;
  readonly #pool: Pool;
  readonly #onSettled: (slot: RequestSlot, nowUs: number) => void;
  readonly #connection: Connection;
  /** Whether the connection is about to receive a request. */
  #sending = false;
  /** Whether the request is still being made. */
  #isUnsent = false;
  /** The end of the current think time. */
  #thinkingUntilUs = NOT_THINKING;
  readonly #response: IncomingResponse;
  #iteration: Iteration | undefined;
  readonly #report: RequestReport;
  readonly #redirects = new RedirectChain();
  readonly #events: EventReading;
  /** The time until which the connection may be idle. */
  #idleUntilUs = Number.POSITIVE_INFINITY;

  constructor(pool: Pool, onSettled: (slot: RequestSlot, nowUs: number) => void) {
    super();
    this.#pool = pool;
    this.#onSettled = onSettled;
    this.#report = new RequestReport(pool);
    this.#events = new EventReading(pool.recorder, pool.timing, () => this.#endEarly(() => this.end()));
    this.#response = pool.protocol.newResponse();
    this.times = new RequestTimes(pool.readDelay, pool.burst);
    this.#connection = pool.transport.open(this, pool.keepsConnections);
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  /** Whether the next request can be written at once. Closes a connection that was idle for so long that the server may be closing it. */
  stillConnected(): boolean {
    this.#closeIfIdleTooLong();
    return this.#connection.connected;
  }

  #closeIfIdleTooLong(): void {
    const untilUs = this.#idleUntilUs;
    if (untilUs !== Number.POSITIVE_INFINITY && this.#pool.timing.now() > untilUs) this.#connection.close();
  }

  get ignoresBody(): boolean {
    return this.#response.ignoresBody;
  }

  /**
   * Sends request number `request`, the first of its iteration, for arrival number `arrival`, which was due at `intendedUs`; the generator
   * delayed it by `sendDelayUs`, up to now.
   */
  send(request: number, arrival: number, intendedUs: number, sendDelayUs: number, nowUs: number): void {
    this.inFlight = true;
    this.arrival = arrival;
    this.#report.begin();
    if (this.#pool.sequential) this.#iteration = new Iteration(this.#pool.clock);
    this.#sendRequest(request, intendedUs, sendDelayUs, nowUs);
  }

  #sendRequest(request: number, intendedUs: number, sendDelayUs: number, nowUs: number): void {
    const prepared = this.#pool.requests[request]!;
    const { round } = this;
    this.request = request;
    this.#redirects.length = 0;
    if (prepared.makeLater === undefined) {
      this.times.sent(intendedUs, sendDelayUs, nowUs);
      this.#sendMessage(prepared, this.#rendered(prepared));
      return;
    }
    this.#isUnsent = true;
    this.times.sent(intendedUs, sendDelayUs, nowUs);
    prepared.makeLater(this.arrival, this.#values, (made) => {
      if (this.round !== round || !this.#isUnsent) return;
      this.#isUnsent = false;
      const madeUs = this.#pool.timing.now();
      this.times.sent(intendedUs, sendDelayUs + madeUs - nowUs, madeUs);
      this.#closeIfIdleTooLong();
      this.#sendMessage(prepared, made);
    });
  }

  #sendMessage(prepared: PreparedRequest, made: PreparedRequest): void {
    const { recorder } = this.#pool;
    this.#response.expect(prepared, made, recorder.examples.wanted);
    if (prepared.redirects !== null) this.#redirects.begin(made);
    this.#connection.bytes = recorder.bytesOf(this.request);
    this.#sending = true;
    this.#transmit(made);
    this.#sending = false;
  }

  #transmit(request: PreparedRequest): void {
    const whole = this.#iteration === undefined ? request : this.#iteration.withCookies(request);
    this.#connection.send(this.#report.traced(whole));
  }

  get #values(): ReadonlyMap<string, string> {
    return this.#iteration?.values ?? NOTHING_EXTRACTED;
  }

  #rendered(prepared: PreparedRequest): PreparedRequest {
    const { scopes } = this.#pool;
    return prepared.render === null ? prepared : prepared.render(scopes(this.arrival, this.request, this.#values));
  }

  /** The timeout covers the wait for a connection, then the request from its write on. A wait that goes on elsewhere has its deadline. */
  waits(): void {
    if (this.deadlineUs !== Number.POSITIVE_INFINITY) return;
    const { deadlines, timeoutUs, timing } = this.#pool;
    // The clock is read again: when many requests end at once, the ones before this one have taken time since the previous reading.
    deadlines.add(this, timing.now() + timeoutUs);
  }

  written(): void {
    this.#pool.recorder.written();
    if (this.#redirects.length > 0) return; // timeout and service time cover a request with all its redirects
    const nowUs = this.#pool.timing.now();
    this.times.written(nowUs, this.#sending);
    this.#pool.deadlines.add(this, nowUs + this.#pool.timeoutUs);
    if (this.#response.headIsUntimed && this.#response.events !== null) this.#events.begin(this.#response.events);
  }

  handedOver(): void {
    if (this.#redirects.length === 0) this.times.handedOver(this.#pool.timing.now());
  }

  head(status: number, headers?: ResponseHeaders, isWhole = false): void {
    // The clock is not read for a response that has ended already: its first byte came with the last.
    if (!isWhole && !this.#response.headIsUntimed) this.#firstByte();
    this.#response.head(status, headers, this.#pool.recorder.examples.wanted);
    if (!this.#response.headIsUntimed && this.#response.events !== null) this.#events.begin(this.#response.events);
  }

  data(chunk: Buffer): void {
    if (this.#response.headIsUntimed && !this.times.hasFirstByte) this.#firstByte();
    if (this.#response.data(chunk)) this.#endEarly(() => this.#fail(this.#response.failure!));
    else if (this.#response.events !== null)
      this.#events.take(this.#response.events, chunk, this.request, this.times.intendedUs);
  }

  #firstByte(): void {
    this.times.firstByte(this.#pool.timing.now(), this.#redirects.length > 0);
  }

  trailers(trailers: ResponseHeaders): void {
    this.#response.trailers(trailers);
  }

  /** Cancels the rest of the response and ends the request, after the transport has finished its work on the chunk that decided it. */
  #endEarly(end: () => void): void {
    const { round } = this;
    queueMicrotask(() => {
      if (this.round !== round) return;
      this.#connection.cancel();
      end();
    });
  }

  end(idleLimitUs?: number): void {
    const { protocol, timing, requests } = this.#pool;
    const nowUs = timing.now();
    this.times.ended(nowUs, this.#redirects.length > 0);
    this.#events.stop();
    this.#idleUntilUs = idleLimitUs === undefined ? Number.POSITIVE_INFINITY : nowUs + idleLimitUs;
    const response = this.#response;
    const request = requests[this.request]!;
    const { failure } = response;
    if (failure !== undefined) {
      this.#fail(failure);
      return;
    }
    if (response.messages > 0) this.#pool.recorder.streamed(this.request, response.messages);
    this.#iteration?.takeCookies(response.headers);
    if (request.redirects !== null && this.#followRedirect(request.redirects)) return;
    const finding = protocol.judge(request, response, this.arrival, this.#iteration?.values);
    if (!('later' in finding)) this.#judged(finding, nowUs);
    else if (this.#iteration === undefined) this.#endUnjudged(finding.later, nowUs);
    else this.#awaitJudgement(finding.later);
  }

  #judged(judgement: Judgement, nowUs: number): void {
    if ('failure' in judgement) {
      this.#fail(judgement.failure);
      return;
    }
    const { expected, reason } = judgement;
    this.#report.done(this, this.#response, expected, reason);
    if (expected && this.#iteration !== undefined && this.request + 1 < this.#pool.requests.length)
      this.#continueIteration(nowUs);
    else this.#settle(nowUs);
  }

  /** The iteration goes on with the judgement. No timeout applies any more, because the response is complete. */
  #awaitJudgement(later: Later): void {
    this.round++;
    this.#pool.deadlines.remove(this);
    const { round } = this;
    later((judgement) => {
      if (this.round === round) this.#judged(judgement, this.#pool.timing.now());
    });
  }

  /** The request ends before its response is judged, which changes only how it counts. */
  #endUnjudged(later: Later, nowUs: number): void {
    this.#report.doneLater(this, this.#response, later);
    this.#settle(nowUs);
  }

  /** Follows a redirect as a part of the same request; false when the response is not a redirect that can be followed. */
  #followRedirect(redirects: Redirects): boolean {
    const { recorder, requests } = this.#pool;
    const hop = this.#redirects.next(redirects, this.#response, (url) => recorder.examples.shown(url));
    if (hop === undefined) return false;
    if ('failure' in hop) {
      this.#fail(hop.failure);
      return true;
    }
    this.times.redirected();
    this.round++;
    recorder.redirect();
    this.#response.expect(requests[this.request]!, hop.message, recorder.examples.wanted);
    this.#transmit(hop.message);
    return true;
  }

  /** The next request of the iteration is intended for the end of its think time, which begins with the response. */
  #continueIteration(nowUs: number): void {
    const { requests, deadlines, thinkTimes } = this.#pool;
    this.round++;
    deadlines.remove(this);
    const { thinkTimeUs } = requests[this.request + 1]!;
    if (thinkTimeUs === 0) this.#sendNext(nowUs, nowUs);
    else {
      this.#response.forgetBody();
      this.#thinkingUntilUs = nowUs + thinkTimeUs;
      thinkTimes.add(this, this.request + 1, this.#thinkingUntilUs);
    }
  }

  #sendNext(readyUs: number, nowUs: number): void {
    this.#thinkingUntilUs = NOT_THINKING;
    this.#pool.recorder.made(this.request + 1);
    this.#closeIfIdleTooLong();
    this.#sendRequest(this.request + 1, readyUs, nowUs - readyUs, nowUs);
  }

  failed(error: Error): void {
    this.#fail(failureOf(error));
  }

  /** The timeout has passed, or the think time. */
  expire(nowUs: number): void {
    if (this.#thinkingUntilUs !== NOT_THINKING) {
      this.#sendNext(this.#thinkingUntilUs, nowUs);
      return;
    }
    const { timeoutUs } = this.#pool;
    this.#connection.cancel();
    if (this.times.writtenUs === UNWRITTEN) {
      this.#fail({ kind: TIMED_OUT_CONNECTING, example: 'no connection within the timeout' });
      return;
    }
    const failure: Failure = { kind: TIMED_OUT_WAITING, example: 'no complete response within the timeout' };
    this.times.expired(nowUs, this.times.writtenUs + timeoutUs);
    this.#report.timedOut(this, failure);
    this.#settle(nowUs);
  }

  /** Cuts the request off. One whose think time is not over has not come due and is not counted. */
  abort(): void {
    const { timing, thinkTimes } = this.#pool;
    const nowUs = timing.now();
    if (this.#thinkingUntilUs !== NOT_THINKING) {
      thinkTimes.remove(this, this.request + 1);
      this.#thinkingUntilUs = NOT_THINKING;
      this.#settle(nowUs);
      return;
    }
    if (!this.#isUnsent) this.#connection.cancel();
    this.#isUnsent = false;
    this.times.ended(nowUs, this.#redirects.length > 0);
    this.#report.aborted(this);
    this.#settle(nowUs);
  }

  close(): void {
    this.#connection.close();
  }

  #fail(failure: Failure): void {
    const nowUs = this.#pool.timing.now();
    this.times.ended(nowUs, this.#redirects.length > 0);
    this.#report.failed(this, failure);
    this.#settle(nowUs);
  }

  #settle(nowUs: number): void {
    this.#events.stop();
    this.round++;
    this.inFlight = false;
    this.#response.forgetBody(); // an idle slot must not hold memory
    this.#pool.deadlines.remove(this);
    this.#onSettled(this, nowUs);
  }
}
