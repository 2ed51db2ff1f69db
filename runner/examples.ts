import { MAX_UNEXPECTED } from '../api/limits.ts';
import type { UnexpectedAnswer } from '../api/status.ts';
import type { Reason } from './reason.ts';
import type { Redact } from './redact.ts';

const MAX_BODY_BYTES = 256;
/** Of a value that a reason names, in characters. */
const MAX_VALUE = 64;
/** What a person cannot read and a terminal should not be sent. */
const CONTROL = /[^\P{Cc}\t\n\r]/gu;

const nothingSecret: Redact = Object.assign((text: string) => text, { reach: 0 });

/** The first distinct answers that were not as expected, shortened and without secrets. */
export class Examples {
  readonly #redact: Redact;
  readonly #kept = new Map<string, UnexpectedAnswer>();
  readonly #bytes: number;

  constructor(redact: Redact = nothingSecret) {
    this.#redact = redact;
    this.#bytes = MAX_BODY_BYTES + 4 * redact.reach;
  }

  /** Bytes of a body that another example is made of, one more than is looked at, which says that it goes on; 0: there is no room for it. */
  get wanted(): number {
    return this.#kept.size < MAX_UNEXPECTED ? this.#bytes + 1 : 0;
  }

  add(request: string, status: number, body: Buffer, reason?: Reason): void {
    const example = {
      request,
      status,
      body: this.#cleaned(body.toString('utf8', 0, this.#bytes), body.length > this.#bytes),
      ...(reason !== undefined && { reason: this.#told(reason) }),
    };
    const key = JSON.stringify(example);
    if (this.wanted && !this.#kept.has(key)) this.#kept.set(key, example);
  }

  /** A text of a target as it may be shown. */
  shown(text: string): string {
    return this.#cleaned(text, false);
  }

  #told(reason: Reason): string {
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

  list(): UnexpectedAnswer[] {
    return [...this.#kept.values()];
  }
}

/** Cut to the limit in bytes, not within a character. */
function shortened(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_BODY_BYTES) return text;
  let end = MAX_BODY_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
