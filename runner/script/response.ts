import type { TargetResponse } from '../../api/loadtest/loadtest-script.d.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { trimOptionalWhitespace } from '../transport/optional-whitespace.ts';

/** A response as scripts see it. Costly fields are computed when they are read. */
export class ScriptResponse implements TargetResponse {
  readonly status: number;
  readonly #headers: ResponseHeaders;
  readonly #body: Buffer;
  #flat: Record<string, string> | undefined;
  #text: string | undefined;
  /** Bound, because scripts may destructure the response. */
  readonly json = () => JSON.parse(this.body);

  constructor(status: number, headers: ResponseHeaders, body: Buffer) {
    this.status = status;
    this.#headers = headers;
    this.#body = body;
  }

  get headers(): Record<string, string> {
    this.#flat ??= Object.fromEntries(
      Object.entries(this.#headers).flatMap(([name, value]) =>
        value === undefined
          ? []
          : [[name, typeof value === 'string' ? trimOptionalWhitespace(value) : value.join(', ')]],
      ),
    );
    return this.#flat;
  }

  get body(): string {
    this.#text ??= this.#body.toString();
    return this.#text;
  }
}
