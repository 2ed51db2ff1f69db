import { shownText } from '../../api/common/shown/text.ts';
import { MAX_SHOWN_BYTES } from '../../api/common/sizes.ts';
import type { UnexpectedResponse } from '../../api/status/fields/unexpected.ts';
import { folded, isSettled, withExample } from '../../model/measure/unexpected-examples.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { readable } from './decoding.ts';
import { ExampleSampling } from './example-sampling.ts';
import type { Mismatch } from './mismatch.ts';
import type { Redact } from './redact.ts';

/** The maximum length of a value within a reason, in characters. */
const MAX_VALUE_LENGTH = 64;

/** The characters of a longer text in which secrets are looked for. */
const MAX_READ = 512;

const nothingSecret: Redact = (text) => text;

/** A response with as much of its headers and body as was kept. */
export type ExampleResponse = { status: number; headers: ResponseHeaders; body: Buffer };

/** Distinct unexpected responses, redacted and truncated. */
export class UnexpectedExamples {
  readonly #redact: Redact;
  readonly #sampling = new ExampleSampling();
  #kept: readonly UnexpectedResponse[] = [];
  /** The key of each example under which it is counted. */
  readonly #keys = new WeakMap<UnexpectedResponse, string>();
  #settled = false;
  #last: { text: string; isCut: boolean; shown: string } | undefined;

  constructor(redact: Redact = nothingSecret) {
    this.#redact = redact;
  }

  /** The bytes of a body that the next example needs: one more than it shows, to tell that the body goes on. 0: no further example. */
  get wanted(): number {
    return this.#settled ? 0 : MAX_READ + 1;
  }

  /** Adds a response, unless it resembles the kept ones. `reason`: its mismatch. */
  add(request: string, response: ExampleResponse, reason?: Mismatch): void {
    const { status } = response;
    const key = `${request} ${status} ${withoutValues(reason)}`;
    // Every response is counted, also where no further example is kept.
    if (!this.#sampling.takes(key) || this.#settled) return;
    const example = {
      request,
      status,
      body: this.#bodyOf(response),
      ...(reason !== undefined && { reason: this.#reasonText(reason) }),
    };
    this.#keys.set(example, key);
    this.#kept = withExample(this.#kept, example);
    this.#settled = isSettled(this.#kept);
  }

  #bodyOf({ headers, body }: ExampleResponse): string {
    const beginning = body.subarray(0, MAX_READ);
    const read = readable({ headers, body: beginning });
    return this.#redacted(read.toString('utf8', 0, MAX_READ), body.length > MAX_READ || read.length > MAX_READ);
  }

  /** Redacts and truncates a text from the target, which may have been truncated before. */
  shown(text: string): string {
    return this.#redacted(text, text.length >= MAX_SHOWN_BYTES);
  }

  #reasonText(reason: Mismatch): string {
    return this.shown(typeof reason === 'string' ? reason : reason((value) => this.#shortValue(value)));
  }

  /** Redacts and truncates a value for a sentence. */
  #shortValue(value: string): string {
    const clean = this.#redacted(value.slice(0, MAX_READ), value.length > MAX_READ);
    return clean.length > MAX_VALUE_LENGTH ? `${clean.slice(0, MAX_VALUE_LENGTH).toWellFormed()}\u2026` : clean;
  }

  #redacted(text: string, isCut: boolean): string {
    // Most failing responses are the same, and a search for secrets takes about a millisecond.
    if (this.#last?.text !== text || this.#last.isCut !== isCut)
      this.#last = { text, isCut, shown: truncated(shownText(this.#redact(text, isCut))) };
    return this.#last.shown;
  }

  /** The examples, each with the number of responses like it. */
  list(): UnexpectedResponse[] {
    return this.#kept.map((example) => {
      const count = this.#sampling.countOf(this.#keys.get(example)!);
      return count === undefined ? example : { ...example, count };
    });
  }
}

const NOTHING = () => '';

/** The part of a reason that all responses with this mismatch share. */
function withoutValues(reason: Mismatch = ''): string {
  return typeof reason === 'string' ? folded(reason.slice(0, MAX_SHOWN_BYTES)) : reason(NOTHING);
}

/** Truncates to the limit in bytes, not within a character. */
function truncated(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_SHOWN_BYTES) return text;
  let end = MAX_SHOWN_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
