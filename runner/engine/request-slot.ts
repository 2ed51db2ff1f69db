import type { Protocol } from '../protocol/protocol.ts';
import type { PreparedRequest, Redirects } from '../request/prepared-request.ts';
import { redirected } from '../request/redirect.ts';
import type { Scopes } from '../request/variables.ts';
import type { EventStream } from '../response/event-stream.ts';
import type { IncomingResponse } from '../response/incoming-response.ts';
import type { Finding, Judgement } from '../response/inspection.ts';
import type { Unjudged } from '../response/unjudged.ts';
import { type Failure, failureOf, TIMED_OUT_CONNECTING, TIMED_OUT_WAITING } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import type { Connection, ConnectionEvents, Transport } from '../transport/transport.ts';
import type { Clock } from './clock.ts';
import type { DeadlineWatch } from './deadline-watch.ts';
import { Expiring } from './deadlines.ts';
import type { Burst } from './delay/burst.ts';
import type { ReadDelay } from './delay/read-delay.ts';
import { type EndedTimes, RequestTimes, UNWRITTEN } from './delay/request-times.ts';
import { Iteration } from './iteration.ts';
import type { Recorder } from './recorder.ts';
import type { LogRequest } from './request-log.ts';
import type { ThinkTimes } from './think-time.ts';
import type { Trace, TraceContext } from './tracing/trace-context.ts';
import type { TraceRecorder } from './tracing/trace-recorder.ts';

/** The part of the slot pool that its slots use. */
export type Pool = {
  protocol: Protocol;
  requests: readonly PreparedRequest[];
  transport: Transport;
  timing: Clock;
  recorder: Recorder;
  readDelay: ReadDelay;
  burst: Burst;
  timeoutUs: number;
  deadlines: DeadlineWatch;
  thinkTimes: ThinkTimes;
  unjudged: Unjudged;
  logRequest: LogRequest | undefined;
  /** Undefined: requests have no traces. */
  tracing: { context: TraceContext; recorder: TraceRecorder } | undefined;
  scopes: Scopes;
  /** Whether an iteration sends all requests, in order. */
  sequential: boolean;
  /** Epoch milliseconds. */
  clock: () => number;
  settled: (slot: RequestSlot, nowUs: number) => void;
};

type Outcome = Parameters<LogRequest>[4];
type Later = Extract<Finding, { later: unknown }>['later'];

const NO_BODY = Buffer.alloc(0);
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
  readonly #pool: Pool;
  readonly #connection: Connection;
  /** Whether the connection is about to receive a request. */
  #sending = false;
  /** Whether the request is still being made. */
  #isUnsent = false;
  #request = 0;
  #arrival = 0;
  /** The end of the current think time. */
  #thinkingUntilUs = NOT_THINKING;
  readonly #response: IncomingResponse;
  #iteration: Iteration | undefined;
  /** The trace of the iteration, and of the request in flight, which may have one of its own; undefined without tracing. */
  #iterationTrace: Trace | undefined;
  #trace: Trace | undefined;
  /** Whether a response of the iteration was too late to count for the rate. */
  #iterationIsLate = false;
  /** The last message, from which a redirect is derived; set only for requests that follow redirects. */
  #lastMessage: PreparedRequest | undefined;
  #followedRedirects = 0;
  #cancelEventTimer: (() => void) | undefined;
  /** The time until which the connection may be idle. */
  #idleUntilUs = Number.POSITIVE_INFINITY;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
    this.#response = pool.protocol.newResponse();
    this.times = new RequestTimes(pool.readDelay, pool.burst);
    this.#connection = pool.transport.open(this);
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
    this.#arrival = arrival;
    this.#iterationIsLate = false;
    this.#iterationTrace = this.#pool.tracing?.context.begin();
    if (this.#pool.sequential) this.#iteration = new Iteration(this.#pool.clock);
    this.#sendRequest(request, intendedUs, sendDelayUs, nowUs);
  }

  #sendRequest(request: number, intendedUs: number, sendDelayUs: number, nowUs: number): void {
    const prepared = this.#pool.requests[request]!;
    const { round } = this;
    this.#request = request;
    this.#followedRedirects = 0;
    if (prepared.makeLater === undefined) {
      this.times.sent(intendedUs, sendDelayUs, nowUs);
      this.#sendMessage(prepared, this.#rendered(prepared));
      return;
    }
    this.#isUnsent = true;
    this.times.sent(intendedUs, sendDelayUs, nowUs);
    prepared.makeLater(this.#arrival, this.#values, (made) => {
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
    if (prepared.redirects !== null) this.#lastMessage = made;
    this.#connection.bytes = recorder.bytesOf(this.#request);
    this.#sending = true;
    this.#transmit(made);
    this.#sending = false;
  }

  #transmit(request: PreparedRequest): void {
    const whole = this.#iteration === undefined ? request : this.#iteration.withCookies(request);
    if (this.#iterationTrace === undefined) this.#connection.send(whole);
    else this.#transmitTraced(whole, this.#iterationTrace);
  }

  /** A request that has a traceparent keeps it; one that a script could not make is not sent. */
  #transmitTraced(request: PreparedRequest, trace: Trace): void {
    const traced = request.failure === undefined ? this.#pool.tracing!.context.traced(request, trace) : undefined;
    this.#trace = traced && trace;
    this.#connection.send(traced ?? request);
  }

  #traceJudged(
    isExpected: boolean,
    status: number,
    trace = this.#trace,
    request = this.#request,
    times: EndedTimes = this.times,
  ): void {
    if (trace === undefined) return;
    const { tracing, protocol } = this.#pool;
    tracing!.recorder.ended(request, trace, times, { outcome: protocol.codeOf(status), isExpected, isTimed: true });
  }

  #traceFailed({ kind }: Failure, isTimed: boolean): void {
    if (this.#trace === undefined) return;
    this.#pool.tracing!.recorder.ended(this.#request, this.#trace, this.times, {
      ...{ outcome: kind, isExpected: false, isTimed },
    });
  }

  get #values(): ReadonlyMap<string, string> {
    return this.#iteration?.values ?? NOTHING_EXTRACTED;
  }

  #rendered(prepared: PreparedRequest): PreparedRequest {
    const { scopes } = this.#pool;
    return prepared.render === null ? prepared : prepared.render(scopes(this.#arrival, this.#request, this.#values));
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
    if (this.#followedRedirects > 0) return; // timeout and service time cover a request with all its redirects
    const nowUs = this.#pool.timing.now();
    this.times.written(nowUs, this.#sending);
    this.#pool.deadlines.add(this, nowUs + this.#pool.timeoutUs);
  }

  handedOver(): void {
    if (this.#followedRedirects === 0) this.times.handedOver(this.#pool.timing.now());
  }

  head(status: number, headers?: ResponseHeaders, isWhole = false): void {
    // The clock is not read for a response that has ended already: its first byte came with the last.
    if (!isWhole && !this.#response.firstByteIsOfBody) this.#firstByte();
    this.#response.head(status, headers, this.#pool.recorder.examples.wanted);
    if (this.#response.events !== null) this.#beginEvents(this.#response.events);
  }

  data(chunk: Buffer): void {
    if (this.#response.firstByteIsOfBody && !this.times.hasFirstByte) this.#firstByte();
    if (this.#response.data(chunk)) this.#endEarly(() => this.#fail(this.#response.failure!));
    else if (this.#response.events !== null) this.#takeEvents(this.#response.events, chunk);
  }

  #firstByte(): void {
    this.times.firstByte(this.#pool.timing.now(), this.#followedRedirects > 0);
  }

  #beginEvents(events: EventStream): void {
    const { timing } = this.#pool;
    const { forUs } = events.limits;
    this.#endEventTimer();
    if (events.isComplete) this.#endEvents();
    else if (forUs !== Number.POSITIVE_INFINITY)
      this.#cancelEventTimer = timing.at(timing.now() + forUs, () => {
        events.timeIsUp();
        this.#endEvents();
      });
  }

  #takeEvents(events: EventStream, chunk: Buffer): void {
    const { recorder, timing } = this.#pool;
    const isFirst = events.received === 0;
    const count = events.take(chunk);
    if (count === 0) return;
    const nowUs = timing.now();
    if (isFirst) recorder.firstEvent(this.#request, nowUs - this.times.intendedUs);
    recorder.nextEvents(this.#request, isFirst ? count - 1 : count, nowUs - (events.lastUs ?? nowUs));
    events.lastUs = nowUs;
    if (events.isComplete) this.#endEvents();
  }

  /** The response is complete, although the target would go on. */
  #endEvents(): void {
    this.#endEarly(() => this.end());
  }

  #endEventTimer(): void {
    this.#cancelEventTimer?.();
    this.#cancelEventTimer = undefined;
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
    this.times.ended(nowUs, this.#followedRedirects > 0);
    if (this.#cancelEventTimer !== undefined) this.#endEventTimer();
    this.#idleUntilUs = idleLimitUs === undefined ? Number.POSITIVE_INFINITY : nowUs + idleLimitUs;
    const response = this.#response;
    const request = requests[this.#request]!;
    const { failure } = response;
    if (failure !== undefined) {
      this.#fail(failure);
      return;
    }
    if (response.messages > 0) this.#pool.recorder.streamed(response.messages);
    this.#iteration?.takeCookies(response.headers);
    if (request.redirects !== null && this.#followRedirect(request.redirects)) return;
    const finding = protocol.judge(request, response, this.#arrival, this.#iteration?.values);
    if (!('later' in finding)) this.#judged(finding, nowUs);
    else if (this.#iteration === undefined) this.#endUnjudged(finding.later, nowUs);
    else this.#awaitJudgement(finding.later);
  }

  #judged(judgement: Judgement, nowUs: number): void {
    if ('failure' in judgement) {
      this.#fail(judgement.failure);
      return;
    }
    const { recorder, requests } = this.#pool;
    const { expected, reason } = judgement;
    const response = this.#response;
    this.#iterationIsLate = recorder.done(this.#request, response.status, expected, this.times, this.#iterationIsLate);
    this.#traceJudged(expected, response.status);
    if (!expected) recorder.example(this.#request, response, reason ?? response.reason);
    this.#log('done', response.status);
    if (expected && this.#iteration !== undefined && this.#request + 1 < requests.length)
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
    const { recorder, unjudged } = this.#pool;
    const request = this.#request;
    const times = this.times.copy();
    const { status, headers } = this.#response;
    const body = recorder.examples.wanted === 0 ? NO_BODY : this.#response.body;
    const log = this.#logLater();
    const trace = this.#trace;
    recorder.received();
    unjudged.add(
      later,
      (judgement) => {
        recorder.judged();
        if ('failure' in judgement) recorder.failed(request, judgement.failure);
        else {
          recorder.done(request, status, judgement.expected, times, false);
          this.#traceJudged(judgement.expected, status, trace, request, times);
          if (!judgement.expected) recorder.example(request, { status, headers, body }, judgement.reason);
        }
        if ('failure' in judgement) log('failed');
        else log('done', status);
      },
      () => {
        recorder.judged();
        recorder.aborted(request, times);
        log('aborted');
      },
    );
    this.#settle(nowUs);
  }

  /** Follows a redirect as a part of the same request; false when the response is not a redirect that can be followed. */
  #followRedirect({ max, target }: Redirects): boolean {
    const { recorder, requests } = this.#pool;
    const next = redirected(this.#lastMessage!, this.#response.status, this.#response.headers, target);
    if (next === undefined) return false;
    if (this.#followedRedirects >= max) {
      this.#fail({
        kind: 'TooManyRedirects',
        example: `more than ${max}, the last to ${recorder.examples.shown(next.url)}`,
      });
      return true;
    }
    this.#followedRedirects++;
    this.times.redirected();
    this.round++;
    recorder.redirect();
    this.#lastMessage = next.request;
    this.#response.expect(requests[this.#request]!, next.request, recorder.examples.wanted);
    this.#transmit(next.request);
    return true;
  }

  /** The next request of the iteration is intended for the end of its think time, which begins with the response. */
  #continueIteration(nowUs: number): void {
    const { requests, deadlines, thinkTimes } = this.#pool;
    this.round++;
    deadlines.remove(this);
    const { thinkTimeUs } = requests[this.#request + 1]!;
    if (thinkTimeUs === 0) this.#sendNext(nowUs, nowUs);
    else {
      this.#response.forgetBody();
      this.#thinkingUntilUs = nowUs + thinkTimeUs;
      thinkTimes.add(this, this.#request + 1, this.#thinkingUntilUs);
    }
  }

  #sendNext(readyUs: number, nowUs: number): void {
    this.#thinkingUntilUs = NOT_THINKING;
    this.#pool.recorder.made(this.#request + 1);
    this.#closeIfIdleTooLong();
    this.#sendRequest(this.#request + 1, readyUs, nowUs - readyUs, nowUs);
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
    const { recorder, timeoutUs } = this.#pool;
    this.#connection.cancel();
    if (this.times.writtenUs === UNWRITTEN) {
      this.#fail({ kind: TIMED_OUT_CONNECTING, example: 'no connection within the timeout' });
      return;
    }
    const failure: Failure = { kind: TIMED_OUT_WAITING, example: 'no complete response within the timeout' };
    this.times.expired(nowUs, this.times.writtenUs + timeoutUs);
    recorder.timeout(this.#request, failure, this.times);
    this.#traceFailed(failure, true);
    this.#log('timeout');
    this.#settle(nowUs);
  }

  /** Cuts the request off. One whose think time is not over has not come due and is not counted. */
  abort(): void {
    const { recorder, timing, thinkTimes } = this.#pool;
    const nowUs = timing.now();
    if (this.#thinkingUntilUs !== NOT_THINKING) {
      thinkTimes.remove(this, this.#request + 1);
      this.#thinkingUntilUs = NOT_THINKING;
      this.#settle(nowUs);
      return;
    }
    if (!this.#isUnsent) this.#connection.cancel();
    this.#isUnsent = false;
    this.times.ended(nowUs, this.#followedRedirects > 0);
    recorder.aborted(this.#request, this.times);
    this.#log('aborted');
    this.#settle(nowUs);
  }

  close(): void {
    this.#connection.close();
  }

  #fail(failure: Failure): void {
    const { recorder, timing } = this.#pool;
    const nowUs = timing.now();
    this.times.ended(nowUs, this.#followedRedirects > 0);
    recorder.failed(this.#request, failure);
    if (this.times.writtenUs !== UNWRITTEN) this.#traceFailed(failure, false);
    this.#log('failed');
    this.#settle(nowUs);
  }

  #log(outcome: Outcome, status = 0): void {
    if (this.#pool.logRequest !== undefined) this.#logLater()(outcome, status);
  }

  /** A function that logs this request, also when the slot has the next one. */
  #logLater(): (outcome: Outcome, status?: number) => void {
    const { logRequest } = this.#pool;
    if (logRequest === undefined) return () => {};
    const { intendedUs, writtenUs, endedUs } = this.times;
    const [arrival, request] = [this.#arrival, this.#request];
    return (outcome, status = 0) => logRequest(arrival, intendedUs, writtenUs, endedUs, outcome, status, request);
  }

  #settle(nowUs: number): void {
    if (this.#cancelEventTimer !== undefined) this.#endEventTimer();
    this.round++;
    this.inFlight = false;
    this.#response.forgetBody(); // an idle slot must not hold memory
    this.#pool.deadlines.remove(this);
    this.#pool.settled(this, nowUs);
  }
}
