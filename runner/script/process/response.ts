import type { TargetResponse } from '../../../api/loadtest/loadtest-script.d.ts';
import { fieldOf, type OpenCall } from './context.ts';

/** A response as scripts see it. Costly fields are read from the runner when the script reads them. */
export class ScriptResponse implements TargetResponse {
  readonly status: number;
  readonly #call: OpenCall;
  #text: string | undefined;
  /** Bound, because scripts may destructure the response. */
  readonly json = () => JSON.parse(this.body);

  constructor(call: OpenCall) {
    this.status = call.message[3];
    this.#call = call;
  }

  get headers(): Record<string, string> {
    return fieldOf(this.#call, 'headers');
  }

  get body(): string {
    this.#call.body ??= this.#call.need('body').bytes;
    this.#text ??= this.#call.body.toString();
    return this.#text;
  }
}
