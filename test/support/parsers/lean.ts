import { HeadCache } from '../../../runner/transport/head-cache.ts';
import { type CachedHead, ResponseParser } from '../../../runner/transport/http1/response-parser.ts';
import { type Exchange, nothingYet, type Outcome } from './exchange.ts';

/** The parser of the lean transport on one connection with successive responses. */
export class Lean {
  #outcome = nothingYet();
  #ends = 0;
  readonly #parser: ResponseParser;

  constructor(cache = new HeadCache<CachedHead>()) {
    this.#parser = new ResponseParser(
      {
        head: (status, headers) => {
          this.#outcome.status = status;
          if (headers !== undefined) this.#outcome.headers = JSON.stringify(headers);
        },
        data: (chunk) => {
          this.#outcome.body += chunk.toString('latin1');
        },
        end: (reusable) => this.#end({ end: 'complete', reusable }),
        malformed: (reason) => this.#end({ end: 'refused', reason }),
      },
      cache,
    );
  }

  /** Parses the response in two reads: up to `cut`, and the rest. */
  read({ bytes, length, method, gathers, closes }: Exchange, cut = length): Outcome {
    this.#outcome = nothingYet();
    this.#ends = 0;
    this.#parser.begin(method, gathers);
    this.#parser.execute(bytes, cut);
    if (this.#ends === 0 && cut < length) this.#parser.execute(bytes.subarray(cut, length), length - cut);
    if (this.#ends === 0 && closes) this.#parser.finish();
    this.#parser.reset();
    if (this.#ends > 1) throw new Error('the response ended twice');
    // It accepts a response only without trailing bytes.
    if (this.#outcome.end === 'complete') this.#outcome.at = length;
    return this.#outcome;
  }

  #end(how: Partial<Outcome>): void {
    this.#ends++;
    Object.assign(this.#outcome, how);
  }
}

/** Parses a response that is the first of its connection. */
export function readByLean(exchange: Exchange): Outcome {
  return new Lean().read(exchange);
}
