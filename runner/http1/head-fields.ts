const SPACE = 32;
const TAB = 9;
const LOWER = 32;
/** Longer names are cut. */
const LONGEST_NAME = 256;
const UNDERSCORE_AS_LOWER = '\u007f';
/** A field that does not say how the response is framed, gathered because it is asked for. */
const OTHER = 'other';
/** Longer values of the fields that we read are not lengths, nor `chunked`, nor `close`. */
const LONGEST_VALUE = 64;
/** Any number of so many digits is exact as a double. */
const MAX_LENGTH_DIGITS = 15;

/** The header fields that say how a response is framed, gathered byte by byte; everything else passes by. */
export class HeadFields {
  /** -1: none. */
  contentLength = -1;
  chunked = false;
  /** Why the last line is malformed. */
  problem = '';
  /** Whether all fields are to be gathered in `headers`. */
  gathers = false;
  headers: Record<string, string[]> = Object.create(null);
  #text = '';
  #connection = '';
  readonly #name = Buffer.alloc(LONGEST_NAME);
  readonly #value = Buffer.alloc(LONGEST_VALUE);
  #nameLength = 0;
  #valueLength = 0;
  #wanted = '';

  clear(): void {
    this.contentLength = -1;
    this.chunked = false;
    this.#connection = '';
    this.#wanted = '';
    if (this.gathers) this.headers = Object.create(null);
  }

  beginName(c: number): void {
    this.#name[0] = c | LOWER;
    this.#nameLength = 1;
  }

  name(c: number): void {
    if (this.#nameLength < LONGEST_NAME) this.#name[this.#nameLength] = c | LOWER;
    this.#nameLength++;
  }

  beginValue(): void {
    this.#valueLength = 0;
    this.#wanted = '';
    const length = this.#nameLength;
    if (this.gathers) {
      this.#wanted = OTHER;
      this.#text = '';
    }
    if (length !== 10 && length !== 14 && length !== 17) return;
    const name = this.#name.toString('latin1', 0, length);
    if (name === 'content-length' || name === 'transfer-encoding' || name === 'connection') this.#wanted = name;
  }

  value(c: number): void {
    if (this.#wanted === '') return;
    if (this.#valueLength === 0 && (c === SPACE || c === TAB)) return;
    if (this.gathers) this.#text += String.fromCharCode(c);
    if (this.#valueLength < LONGEST_VALUE) this.#value[this.#valueLength] = c;
    this.#valueLength++;
  }

  /** Takes the line into account; false when it makes the response ambiguous. */
  endLine(): boolean {
    if (this.#wanted === '') return true;
    const field = this.#wanted;
    if (this.gathers) this.#gather();
    if (field === OTHER) {
      this.#wanted = '';
      return true;
    }
    const value = this.#value.toString('latin1', 0, Math.min(this.#valueLength, LONGEST_VALUE)).trimEnd();
    const whole = this.#valueLength <= LONGEST_VALUE;
    this.#wanted = '';
    if (field === 'connection') {
      this.#connection += `,${whole ? value.toLowerCase() : 'close'}`;
      return true;
    }
    if (field === 'content-length') return this.#takeLength(value);
    return this.#takeEncoding(value, whole);
  }

  #gather(): void {
    const length = Math.min(this.#nameLength, LONGEST_NAME);
    const name = this.#name.toString('latin1', 0, length).replaceAll(UNDERSCORE_AS_LOWER, '_');
    if (!Object.hasOwn(this.headers, name)) this.headers[name] = [];
    this.headers[name]!.push(this.#text.trimEnd());
  }

  /** Whether the connection ends with this response: by its word, or by the custom of its version. */
  closes(minorVersion: number): boolean {
    if (this.#connection === '') return minorVersion === 0;
    const options = this.#connection.split(',').map((option) => option.trim());
    return options.includes('close') || (minorVersion === 0 && !options.includes('keep-alive'));
  }

  #takeLength(value: string): boolean {
    if (this.contentLength >= 0 || value.length > MAX_LENGTH_DIGITS || !/^[0-9]+$/.test(value)) {
      this.problem = this.contentLength >= 0 ? 'two content-lengths' : 'a content-length that is no length';
      return false;
    }
    this.contentLength = Number(value);
    return true;
  }

  #takeEncoding(value: string, whole: boolean): boolean {
    if (this.chunked || !whole || value.toLowerCase() !== 'chunked') {
      this.problem = 'a transfer-encoding other than chunked';
      return false;
    }
    this.chunked = true;
    return true;
  }
}
