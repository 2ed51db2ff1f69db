import type { ResponseHeaders } from '../transport/message.ts';
import { lacksText } from './checks.ts';
import type { ResponseExpectation } from './expectation.ts';
import type { Mismatch } from './mismatch.ts';

const NO_HEADERS: ResponseHeaders = {};

/**
 * The answer to a request while it comes: its status, and of its headers and body what the request's expectations look at. The same
 * object takes one answer after the other.
 */
export class ResponseBuffer {
  status = 0;
  headers: ResponseHeaders = NO_HEADERS;
  /** Nothing of the body matters. */
  ignoresBody = true;
  #prepared: ResponseExpectation | undefined;
  #statusExpected = false;
  #bodyMatches = true;
  #tail: Buffer | undefined;
  /** So much of the body is kept. */
  #keep = 0;
  #bytes = 0;
  #body: Buffer[] = [];

  /** The next answer is one to `prepared`; `shown` bytes of its body are kept at least when it is not as expected. */
  expect(prepared: ResponseExpectation, shown: number): void {
    this.#prepared = prepared;
    this.#bodyMatches = prepared.expectsBody === null;
    this.#tail = undefined;
    this.#keep = prepared.inspection?.maxBytes ?? 0;
    if (!this.#bodyMatches) this.#keep = Math.max(this.#keep, shown);
    this.ignoresBody = this.#bodyMatches && this.#keep === 0 && prepared.maxBodyBytes === Number.POSITIVE_INFINITY;
    this.#bytes = 0;
    this.forgetBody();
  }

  head(status: number, headers: ResponseHeaders | undefined, shown: number): void {
    this.status = status;
    this.headers = headers ?? NO_HEADERS;
    this.#statusExpected = this.#prepared!.expectsStatus(status);
    if (this.#statusExpected || shown === 0) return;
    this.#keep = Math.max(this.#keep, shown);
    this.ignoresBody = false;
  }

  /** Takes a part of the body; true when it is the one that makes the body larger than it may be. */
  data(chunk: Buffer): boolean {
    if (this.ignoresBody) return false;
    if (!this.#bodyMatches) this.#search(chunk);
    const room = this.#keep - this.#bytes;
    if (room > 0) this.#body.push(Buffer.from(chunk.subarray(0, room)));
    const wasTooLarge = this.isTooLarge;
    this.#bytes += chunk.length;
    return this.isTooLarge && !wasTooLarge;
  }

  get isTooLarge(): boolean {
    return this.#bytes > this.#prepared!.maxBodyBytes;
  }

  /** Whether the status and the text in the body are the expected ones. */
  get isExpected(): boolean {
    return this.#statusExpected && this.#bodyMatches;
  }

  /** Why not; undefined when they are. */
  get reason(): Mismatch | undefined {
    const { expectedStatus, expectsBody } = this.#prepared!;
    if (!this.#statusExpected) return `the status is not ${expectedStatus}`;
    return this.#bodyMatches ? undefined : lacksText(String(expectsBody));
  }

  /** As much of the body as was kept. */
  get body(): Buffer {
    return Buffer.concat(this.#body);
  }

  forgetBody(): void {
    if (this.#body.length > 0) this.#body = [];
  }

  /** Looks for the expected text in the body as it comes, keeping no more of it than the text could straddle. */
  #search(chunk: Buffer): void {
    const wanted = this.#prepared!.expectsBody!;
    const body = this.#tail === undefined ? chunk : Buffer.concat([this.#tail, chunk]);
    if (body.includes(wanted)) this.#bodyMatches = true;
    else this.#tail = Buffer.from(body.subarray(Math.max(0, body.length - wanted.length + 1)));
  }
}
