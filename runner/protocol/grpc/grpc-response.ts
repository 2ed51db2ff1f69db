import { GRPC_OK, GRPC_UNKNOWN, statusText } from '../../../api/status/grpc-statuses.ts';
import type { ResponseExpectation, StatusExpectation } from '../../response/expectation.ts';
import type { IncomingResponse } from '../../response/incoming-response.ts';
import type { Inspection } from '../../response/inspection.ts';
import type { Mismatch } from '../../response/mismatch.ts';
import { valuesOf } from '../../response/parsed-response.ts';
import type { Failure } from '../../transport/error-kind.ts';
import type { ResponseHeaders } from '../../transport/message.ts';
import { malformed, notGrpc, tooLargeTogether } from './message/failures.ts';
import { MessageEvents } from './message/message-events.ts';
import { MessageReader } from './message/message-reader.ts';
import { statusIn, statusMessageIn } from './status.ts';

const NO_HEADERS: ResponseHeaders = {};
const NOTHING = Buffer.alloc(0);
const NO_STATUS = -1;

/** A response of gRPC while it arrives: its messages, and the status in trailers, or in the head of a response without messages. */
export class GrpcResponse implements IncomingResponse {
  headers: ResponseHeaders = NO_HEADERS;
  readonly ignoresBody = false;
  /** A server may send the head of a stream long before its first message, or not before it. */
  readonly headIsUntimed = true;
  events: MessageEvents | null = null;
  inspection: Inspection | null = null;
  #prepared: ResponseExpectation | undefined;
  #expected: StatusExpectation | undefined;
  #status = NO_STATUS;
  #failure: Failure | undefined;
  #trailers: ResponseHeaders = NO_HEADERS;
  readonly #reader = new MessageReader();
  #body: Buffer = NOTHING;

  /** That of a stream which is complete before its server has ended it is OK: the server has not failed. */
  get status(): number {
    if (this.#status !== NO_STATUS) return this.#status;
    return this.#isEndedEarly ? GRPC_OK : GRPC_UNKNOWN;
  }

  /** Whether no more of a stream is wanted. Its server sends a status only where it has ended it before. */
  get #isEndedEarly(): boolean {
    return this.#status === NO_STATUS && this.events?.isComplete === true;
  }

  get messages(): number {
    return this.#prepared!.messages!.isStream ? this.#reader.complete : 0;
  }

  get body(): Buffer {
    return this.#body;
  }

  expect(prepared: ResponseExpectation, message: StatusExpectation): void {
    this.#prepared = prepared;
    this.#expected = message;
    this.inspection = prepared.inspection;
    this.headers = NO_HEADERS;
    this.#trailers = NO_HEADERS;
    this.#status = NO_STATUS;
    this.#failure = undefined;
    this.#body = NOTHING;
    this.events = prepared.events === null ? null : new MessageEvents(prepared.events, this.#reader);
    this.#reader.reset(prepared.maxBodyBytes, this.inspection !== null, prepared.events?.count);
  }

  head(status: number, headers: ResponseHeaders = NO_HEADERS): void {
    this.headers = headers;
    if (headers['grpc-status'] !== undefined) this.trailers(headers);
    else if (status !== 200 || !isGrpc(headers)) this.#failure = notGrpc(status, headers);
  }

  trailers(trailers: ResponseHeaders): void {
    if (this.#isEndedEarly) return; // they came with the last message that was wanted, by chance
    this.#trailers = trailers;
    this.#status = statusIn(trailers) ?? NO_STATUS;
    if (this.inspection !== null) this.headers = { ...this.headers, ...trailers };
  }

  data(chunk: Buffer): boolean {
    this.#failure ??= this.#reader.read(chunk, this.headers);
    return this.#failure !== undefined;
  }

  get failure(): Failure | undefined {
    this.#failure ??= this.#incomplete() ?? this.#decode();
    return this.#failure;
  }

  /** Why a response that has ended is not one of gRPC. */
  #incomplete(): Failure | undefined {
    if (this.#isEndedEarly) return undefined;
    const { isComplete, count } = this.#reader;
    if (!isComplete) return malformed('the last message is incomplete');
    if (this.#status === NO_STATUS) return malformed('the response has no grpc-status');
    if (this.#status !== GRPC_OK || this.#prepared!.messages!.isStream || count === 1) return undefined;
    return malformed(`a response with ${count} messages; the method responds with one`);
  }

  /** The messages as JSON, where the inspection needs them: one, or the list of a stream. */
  #decode(): Failure | undefined {
    if (this.inspection === null) return undefined;
    const { maxBodyBytes, messages } = this.#prepared!;
    try {
      const all = this.#reader.payloads().map((bytes) => messages!.toJson(bytes));
      if (messages!.isStream) this.#body = Buffer.from(JSON.stringify(all));
      else if (all.length > 0) this.#body = Buffer.from(JSON.stringify(all[0]));
      return undefined;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return code === 'ERR_BUFFER_TOO_LARGE'
        ? tooLargeTogether(maxBodyBytes)
        : malformed(`a message that is invalid: ${message}`);
    }
  }

  get isExpected(): boolean {
    return this.#hasExpectedStatus && (this.events === null || this.events.mismatch === undefined);
  }

  get #hasExpectedStatus(): boolean {
    return this.#isEndedEarly || this.#expected!.expectsStatus(this.status);
  }

  get reason(): Mismatch | undefined {
    if (this.#hasExpectedStatus) return this.events?.mismatch;
    const message = statusMessageIn(this.#trailers);
    const { expectedStatus } = this.#expected!;
    const wanted = expectedStatus === statusText(GRPC_OK) ? '' : `, not ${expectedStatus}`;
    return `${statusText(this.status)}${wanted}${message === '' ? '' : `: ${message}`}`;
  }

  forgetBody(): void {
    this.#reader.forget();
    this.#body = NOTHING;
  }
}

function isGrpc(headers: ResponseHeaders): boolean {
  return /^application\/grpc($|[+;])/i.test(valuesOf(headers, 'content-type')[0] ?? '');
}
