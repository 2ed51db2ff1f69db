import { GRPC_OK, GRPC_UNKNOWN, statusText } from '../../../api/status/grpc-statuses.ts';
import { zlib } from '../../../model/common/zlib.ts';
import type { ResponseExpectation, StatusExpectation } from '../../response/expectation.ts';
import type { IncomingResponse } from '../../response/incoming-response.ts';
import type { Inspection } from '../../response/inspection.ts';
import type { Mismatch } from '../../response/mismatch.ts';
import { valuesOf } from '../../response/parsed-response.ts';
import type { Failure } from '../../transport/error-kind.ts';
import type { ResponseHeaders } from '../../transport/message.ts';
import { COMPRESSED, PREFIX_BYTES } from './messages.ts';
import { statusIn, statusMessageIn } from './status.ts';

const NO_HEADERS: ResponseHeaders = {};
const NOTHING = Buffer.alloc(0);
const NO_STATUS = -1;

type KeptMessage = { isCompressed: boolean; chunks: Buffer[] };

/** A response of gRPC while it arrives: messages, each behind its length, and the status in trailers, or in the head of a response without messages. */
export class GrpcResponse implements IncomingResponse {
  headers: ResponseHeaders = NO_HEADERS;
  readonly ignoresBody = false;
  readonly events = null;
  /** A server may send the head of a stream long before its first message. */
  readonly firstByteIsOfBody = true;
  inspection: Inspection | null = null;
  #prepared: ResponseExpectation | undefined;
  #expected: StatusExpectation | undefined;
  #status = NO_STATUS;
  #failure: Failure | undefined;
  #trailers: ResponseHeaders = NO_HEADERS;
  /** The bytes of an incomplete prefix. */
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixBytes = 0;
  /** The bytes of the current message that are still to come. */
  #remaining = 0;
  #count = 0;
  #kept: KeptMessage[] = [];
  #keptBytes = 0;
  #body: Buffer = NOTHING;

  get status(): number {
    return this.#status === NO_STATUS ? GRPC_UNKNOWN : this.#status;
  }

  get messages(): number {
    return this.#prepared!.messages!.isStream ? this.#count : 0;
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
    this.#prefixBytes = 0;
    this.#remaining = 0;
    this.#count = 0;
    this.forgetBody();
  }

  head(status: number, headers: ResponseHeaders = NO_HEADERS): void {
    this.headers = headers;
    if (headers['grpc-status'] !== undefined) this.trailers(headers);
    else if (status !== 200 || !isGrpc(headers)) this.#failure = notGrpc(status, headers);
  }

  trailers(trailers: ResponseHeaders): void {
    this.#trailers = trailers;
    this.#status = statusIn(trailers) ?? NO_STATUS;
    if (this.inspection !== null) this.headers = { ...this.headers, ...trailers };
  }

  data(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length && this.#failure === undefined) {
      if (this.#remaining === 0) at = this.#readPrefix(chunk, at);
      else {
        const end = Math.min(chunk.length, at + this.#remaining);
        if (this.inspection !== null) this.#kept.at(-1)!.chunks.push(Buffer.from(chunk.subarray(at, end)));
        this.#remaining -= end - at;
        at = end;
      }
    }
    return this.#failure !== undefined;
  }

  /** Reads as much of a prefix as the chunk has, and begins its message. Returns where it ends. */
  #readPrefix(chunk: Buffer, at: number): number {
    if (this.#prefixBytes === 0 && chunk.length - at >= PREFIX_BYTES) {
      this.#begin(chunk[at]!, chunk.readUInt32BE(at + 1));
      return at + PREFIX_BYTES;
    }
    const end = Math.min(chunk.length, at + PREFIX_BYTES - this.#prefixBytes);
    this.#prefixBytes += chunk.copy(this.#prefix, this.#prefixBytes, at, end);
    if (this.#prefixBytes === PREFIX_BYTES) {
      this.#prefixBytes = 0;
      this.#begin(this.#prefix[0]!, this.#prefix.readUInt32BE(1));
    }
    return end;
  }

  #begin(flags: number, length: number): void {
    const limit = this.#prepared!.maxBodyBytes;
    this.#count++;
    this.#remaining = length;
    if (length > limit) this.#failure = tooLarge(limit);
    else if (flags > COMPRESSED) this.#failure = malformed('a message with unknown flags');
    else if (flags === COMPRESSED && valuesOf(this.headers, 'grpc-encoding')[0] !== 'gzip')
      this.#failure = malformed('a compressed message without grpc-encoding gzip');
    else if (this.inspection !== null) this.#keep(flags === COMPRESSED, length);
  }

  #keep(isCompressed: boolean, length: number): void {
    const limit = this.#prepared!.maxBodyBytes;
    this.#keptBytes += length;
    if (this.#keptBytes > limit) this.#failure = tooLarge(limit);
    else this.#kept.push({ isCompressed, chunks: [] });
  }

  get failure(): Failure | undefined {
    this.#failure ??= this.#incomplete() ?? this.#decode();
    return this.#failure;
  }

  /** Why a response that has ended is not one of gRPC. */
  #incomplete(): Failure | undefined {
    if (this.#remaining > 0 || this.#prefixBytes > 0) return malformed('the last message is incomplete');
    if (this.#status === NO_STATUS) return malformed('the response has no grpc-status');
    if (this.#status !== GRPC_OK || this.#prepared!.messages!.isStream || this.#count === 1) return undefined;
    return malformed(`a response with ${this.#count} messages; the method responds with one`);
  }

  /** The messages as JSON, where the inspection needs them: one, or the list of a stream. */
  #decode(): Failure | undefined {
    if (this.inspection === null) return undefined;
    const { maxBodyBytes, messages } = this.#prepared!;
    try {
      let left = maxBodyBytes;
      const all = this.#kept.map((message) => {
        const bytes = payloadOf(message, left);
        left -= bytes.length;
        return messages!.toJson(bytes);
      });
      if (messages!.isStream) this.#body = Buffer.from(JSON.stringify(all));
      else if (all.length > 0) this.#body = Buffer.from(JSON.stringify(all[0]));
      return undefined;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return code === 'ERR_BUFFER_TOO_LARGE'
        ? tooLarge(maxBodyBytes)
        : malformed(`a message that is invalid: ${message}`);
    }
  }

  get isExpected(): boolean {
    return this.#expected!.expectsStatus(this.status);
  }

  get reason(): Mismatch | undefined {
    if (this.isExpected) return undefined;
    const message = statusMessageIn(this.#trailers);
    const { expectedStatus } = this.#expected!;
    const wanted = expectedStatus === statusText(GRPC_OK) ? '' : `, not ${expectedStatus}`;
    return `${statusText(this.status)}${wanted}${message === '' ? '' : `: ${message}`}`;
  }

  forgetBody(): void {
    if (this.#kept.length > 0) this.#kept = [];
    this.#keptBytes = 0;
    this.#body = NOTHING;
  }
}

function payloadOf({ isCompressed, chunks }: KeptMessage, limit: number): Buffer {
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  // zlib has no limit of 0.
  return isCompressed ? zlib().gunzipSync(bytes, { maxOutputLength: Math.max(1, limit) }) : bytes;
}

function isGrpc(headers: ResponseHeaders): boolean {
  return /^application\/grpc($|[+;])/i.test(valuesOf(headers, 'content-type')[0] ?? '');
}

function notGrpc(status: number, headers: ResponseHeaders): Failure {
  const [type] = valuesOf(headers, 'content-type');
  const inWords = type === undefined ? 'without a content-type' : `with content-type ${type.slice(0, 100)}`;
  return { kind: 'NotGRPC', example: `a response of HTTP with status ${status} ${inWords}` };
}

function tooLarge(limit: number): Failure {
  return { kind: 'MessageTooLarge', example: `a message of more than ${limit} bytes` };
}

function malformed(example: string): Failure {
  return { kind: 'MalformedResponse', example };
}
