import type { Failure } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { lacksText } from './checks.ts';
import { bodyTooLarge, isCoded } from './decoding.ts';
import { EventStream } from './event-stream.ts';
import type { ResponseExpectation, StatusExpectation } from './expectation.ts';
import type { IncomingResponse } from './incoming-response.ts';
import type { Inspection } from './inspection.ts';
import type { Mismatch } from './mismatch.ts';

const NO_HEADERS: ResponseHeaders = {};

/** A response of HTTP while it arrives. */
export class ResponseBuffer implements IncomingResponse {
  status = 0;
  readonly headIsUntimed = false;
  readonly messages = 0;
  headers: ResponseHeaders = NO_HEADERS;
  ignoresBody = true;
  /** A larger body is too large. */
  #maxBytes = Number.POSITIVE_INFINITY;
  inspection: Inspection | null = null;
  #events: EventStream | null = null;
  #prepared: ResponseExpectation | undefined;
  #status: StatusExpectation | undefined;
  #statusExpected = false;
  #bodyMatches = true;
  #tail: Buffer | undefined;
  /** How many bytes of the body are kept. */
  #keep = 0;
  #bytes = 0;
  #body: Buffer[] = [];

  expect(prepared: ResponseExpectation, message: StatusExpectation, shown: number): void {
    this.#prepared = prepared;
    this.#status = message;
    this.#bodyMatches = prepared.expectsBody === null;
    this.#tail = undefined;
    this.#events = prepared.events === null ? null : new EventStream(prepared.events);
    this.inspection = prepared.inspection;
    this.#maxBytes = prepared.maxBodyBytes;
    this.#keep = prepared.inspection?.maxBytes ?? 0;
    if (!this.#bodyMatches || prepared.events !== null) this.#keep = Math.max(this.#keep, shown);
    const isBounded = prepared.maxBodyBytes !== Number.POSITIVE_INFINITY;
    this.ignoresBody = this.#bodyMatches && this.#keep === 0 && !isBounded && prepared.events === null;
    this.#bytes = 0;
    this.forgetBody();
  }

  head(status: number, headers: ResponseHeaders | undefined, shown: number): void {
    this.status = status;
    this.headers = headers ?? NO_HEADERS;
    if (headers !== undefined && this.#events !== null && isCoded(headers))
      this.#events.coding = String(headers['content-encoding']);
    if (headers !== undefined && this.#prepared!.codedInspection !== null) this.#inspectCoded(headers);
    this.#statusExpected = this.#status!.expectsStatus(status);
    if (this.#statusExpected || shown === 0) return;
    this.#keep = Math.max(this.#keep, shown);
    this.ignoresBody = false;
  }

  /** The text in a coded body is found when all of it has been decoded, and not while it arrives. */
  #inspectCoded(headers: ResponseHeaders): void {
    if (!isCoded(headers)) return;
    const { codedInspection, maxBodyBytes } = this.#prepared!;
    this.inspection = codedInspection;
    this.#bodyMatches = true;
    this.#maxBytes = Math.min(maxBodyBytes, codedInspection!.maxBytes);
    this.#keep = Math.max(this.#keep, codedInspection!.maxBytes);
    this.ignoresBody = false;
  }

  data(chunk: Buffer): boolean {
    if (this.ignoresBody) return false;
    if (!this.#bodyMatches) this.#search(chunk);
    const room = this.#keep - this.#bytes;
    if (room > 0) this.#body.push(Buffer.from(chunk.subarray(0, room)));
    const wasTooLarge = this.#isTooLarge;
    this.#bytes += chunk.length;
    return this.#isTooLarge && !wasTooLarge;
  }

  /** Trailers of HTTP mean nothing here. */
  trailers(): void {}

  get events(): EventStream | null {
    return this.#statusExpected ? this.#events : null;
  }

  get #isTooLarge(): boolean {
    return this.#bytes > this.#maxBytes;
  }

  get failure(): Failure | undefined {
    return this.#isTooLarge ? bodyTooLarge(this.#maxBytes) : undefined;
  }

  get isExpected(): boolean {
    return this.#statusExpected && this.#bodyMatches && (this.#events === null || this.#events.mismatch === undefined);
  }

  get reason(): Mismatch | undefined {
    if (!this.#statusExpected) return `the status is not ${this.#status!.expectedStatus}`;
    const { expectsBody } = this.#prepared!;
    return this.#bodyMatches ? this.#events?.mismatch : lacksText(String(expectsBody));
  }

  /** The kept part of the body. */
  get body(): Buffer {
    return Buffer.concat(this.#body);
  }

  forgetBody(): void {
    if (this.#body.length > 0) this.#body = [];
  }

  /** Searches the body for the expected text. Keeps only as much of a chunk as a match could span. */
  #search(chunk: Buffer): void {
    const wanted = this.#prepared!.expectsBody!;
    const body = this.#tail === undefined ? chunk : Buffer.concat([this.#tail, chunk]);
    if (body.includes(wanted)) this.#bodyMatches = true;
    else this.#tail = Buffer.from(body.subarray(Math.max(0, body.length - wanted.length + 1)));
  }
}
