import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Values } from '../values/referenced-values.ts';
import { FrameError } from './channel/frames.ts';
import type { FromScript } from './channel/from-script.ts';
import type { Fetched } from './channel/to-script.ts';

export type FetchMessage = Extract<FromScript, { type: 'fetch' }>;

/** The most fetches of a script at once, and the longest body of a response. */
const MOST_FETCHES = 64;
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Carries out the fetches of a script's process. Its messages may be those of a hostile script. */
export class Fetches {
  readonly #assignment: Assignment;
  readonly #values: Values;
  readonly #reply: (id: number, fetched: Fetched, body?: Uint8Array) => void;
  readonly #underWay = new Map<number, AbortController>();
  #fetch: Promise<typeof fetch> | undefined;

  /** `reply` receives the response to fetch number `id`, or the reason why there is none. */
  constructor(
    assignment: Assignment,
    values: Values,
    reply: (id: number, fetched: Fetched, body?: Uint8Array) => void,
  ) {
    this.#assignment = assignment;
    this.#values = values;
    this.#reply = reply;
  }

  begin(message: FetchMessage, body: Buffer): void {
    const { id } = message;
    if (this.#underWay.has(id)) throw new FrameError('two fetches with one number');
    if (this.#underWay.size >= MOST_FETCHES) {
      this.#reply(id, { problem: 'fetch failed', cause: `more than ${MOST_FETCHES} fetches at once` });
      return;
    }
    const controller = new AbortController();
    this.#underWay.set(id, controller);
    const end = (fetched: Fetched, content?: Uint8Array) => {
      if (this.#underWay.delete(id)) this.#reply(id, fetched, content);
    };
    this.#carryOut(message, Buffer.from(body), controller.signal, end).catch((error) => end(problemOf(error)));
  }

  abort(id: number): void {
    this.#underWay.get(id)?.abort();
    this.#underWay.delete(id);
  }

  abortAll(): void {
    for (const id of [...this.#underWay.keys()]) this.abort(id);
  }

  async #carryOut(
    { url, method, headers, redirect, body: hasBody }: FetchMessage,
    body: Buffer,
    signal: AbortSignal,
    end: (fetched: Fetched, content: Uint8Array) => void,
  ): Promise<void> {
    if (!/^https?:/i.test(url))
      throw new TypeError('fetch failed', { cause: new Error(`${url} is not http or https`) });
    this.#fetch ??= this.#load();
    const carryOut = await this.#fetch;
    const response = await carryOut(url, { method, headers, redirect, signal, ...(hasBody && { body }) });
    const content = await contentOf(response);
    const { status, statusText, redirected } = response;
    const shown = { status, statusText, url: response.url, redirected, headers: [...response.headers] };
    end(shown, content);
  }

  /** The module is loaded late because it loads undici. */
  async #load(): Promise<typeof fetch> {
    const { scriptFetch } = await import('./sandbox/fetch.ts');
    return scriptFetch(this.#assignment, this.#values);
  }
}

async function contentOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES)
      throw new TypeError('fetch failed', { cause: new Error(`the body has more than ${MAX_BODY_BYTES} bytes`) });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function problemOf(error: unknown): Fetched {
  if (!(error instanceof Error)) return { problem: String(error) };
  return { problem: error.message, ...(error.cause instanceof Error && { cause: error.cause.message }) };
}
