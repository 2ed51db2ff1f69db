import type { UnexpectedResponse } from '../../api/status/loadtest-status.ts';
import { folded, isSettled, withExample } from '../../model/measure/unexpected-examples.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { readable } from './decoding.ts';
import { ExampleSampling } from './example-sampling.ts';
import type { Mismatch } from './mismatch.ts';
import type { Redact } from './redact.ts';

const MAX_BODY_BYTES = 256;
/** Of a value that a reason names, in characters. */
const MAX_VALUE = 64;
/** What a person cannot read and a terminal should not be sent. */
const CONTROL = /[^\P{Cc}\t\n\r]/gu;

const nothingSecret: Redact = Object.assign((text: string) => text, { reach: 0 });

/** An answer as it came; of its headers and its body what was looked at. */
export type ExampleResponse = { status: number; headers: ResponseHeaders; body: Buffer };

/** Different answers that were not as expected, shortened and without secrets. */
export class UnexpectedExamples {
  readonly #redact: Redact;
  readonly #bytes: number;
  readonly #sampling = new ExampleSampling();
  #kept: readonly UnexpectedResponse[] = [];
  #settled = false;

  constructor(redact: Redact = nothingSecret) {
    this.#redact = redact;
    this.#bytes = MAX_BODY_BYTES + 4 * redact.reach;
  }

  /** Bytes of a body that another example is made of, one more than is looked at, which says that it goes on; 0: there is no room for it. */
  get wanted(): number {
    return this.#settled ? 0 : this.#bytes + 1;
  }

  /** `reason`: what is wrong with it. */
  add(request: string, response: ExampleResponse, reason?: Mismatch): void {
    const { status } = response;
    if (this.#settled || !this.#sampling.takes(`${request} ${status} ${withoutValues(reason)}`)) return;
    const example = {
      request,
      status,
      body: this.#bodyOf(response),
      ...(reason !== undefined && { reason: this.#told(reason) }),
    };
    this.#kept = withExample(this.#kept, example);
    this.#settled = isSettled(this.#kept);
  }

  #bodyOf({ headers, body }: ExampleResponse): string {
    const beginning = body.subarray(0, this.#bytes);
    const read = readable({ headers, body: beginning });
    return this.#cleaned(read.toString('utf8', 0, this.#bytes), body.length > this.#bytes || read.length > this.#bytes);
  }

  /** A text of a target as it may be shown. */
  shown(text: string): string {
    return this.#cleaned(text, false);
  }

  #told(reason: Mismatch): string {
    return this.shown(typeof reason === 'string' ? reason : reason((value) => this.#beginning(value)));
  }

  /** A value as it may stand in a sentence. */
  #beginning(value: string): string {
    const most = MAX_VALUE + 4 * this.#redact.reach;
    const clean = this.#cleaned(value.slice(0, most), value.length > most);
    return clean.length > MAX_VALUE ? `${clean.slice(0, MAX_VALUE).toWellFormed()}\u2026` : clean;
  }

  /** `cut`: the text went on. What begins a secret at the cut is not recognised, so it goes. */
  #cleaned(text: string, cut: boolean): string {
    const redacted = this.#redact(text);
    const whole = cut ? redacted.slice(0, Math.max(0, redacted.length - this.#redact.reach)) : redacted;
    return shortened(whole.replace(CONTROL, '\ufffd'));
  }

  list(): UnexpectedResponse[] {
    return [...this.#kept];
  }
}

const NOTHING = () => '';

/** What is the same in all that fail for one reason. */
function withoutValues(reason: Mismatch = ''): string {
  return typeof reason === 'string' ? folded(reason.slice(0, MAX_BODY_BYTES)) : reason(NOTHING);
}

/** Cut to the limit in bytes, not within a character. */
function shortened(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_BODY_BYTES) return text;
  let end = MAX_BODY_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
