import { ScriptMisuse } from '../channel/script-error.ts';
import type { Fetched } from '../channel/to-script.ts';
import { send } from './wire.ts';

/** The `fetch` of `request` and `check`: fetches between the requests of the load would falsify its measurements. */
export const noFetch: typeof fetch = () => {
  throw new ScriptMisuse('fetch is available only in setup and teardown');
};

/** Statuses whose responses have no body, which Response insists on. */
const WITHOUT_BODY = [101, 204, 205, 304];

type Waiting = { done: (response: Response) => void; fail: (error: unknown) => void };

/** The `fetch` of a script: the runner carries it out. `fetched` passes on its reply. */
export function remoteFetch(): { fetch: typeof fetch; fetched: (id: number, reply: Fetched, body: Buffer) => void } {
  const waiting = new Map<number, Waiting>();
  let ids = 0;

  async function begin(
    input: Parameters<typeof fetch>[0],
    init: RequestInit | undefined,
    { done, fail }: Waiting,
  ): Promise<void> {
    const request = new Request(input, init);
    const { url, method, redirect, signal } = request;
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    signal.throwIfAborted();
    const id = ids++;
    waiting.set(id, { done, fail });
    const headers = [...request.headers];
    send({ type: 'fetch', id, url, method, headers, redirect, body: body !== undefined }, body && [body]);
    signal.addEventListener('abort', () => {
      if (waiting.delete(id)) send({ type: 'abort', id });
      fail(signal.reason);
    });
  }

  return {
    fetch(input, init) {
      const { stack = '' } = new Error(); // an error that comes later does not contain the caller's line
      const response = new Promise<Response>((done, fail) => {
        begin(input, init, { done, fail }).catch(fail);
      });
      return response.catch((error) => {
        if (error instanceof Error) error.stack = stack.replace('Error', String(error));
        throw error;
      });
    },
    fetched(id, reply, body) {
      const one = waiting.get(id);
      waiting.delete(id);
      if (one === undefined) return;
      if ('problem' in reply) one.fail(new TypeError(reply.problem, { cause: new Error(reply.cause) }));
      else one.done(responseOf(reply, body));
    },
  };
}

function responseOf(reply: Exclude<Fetched, { problem: string }>, body: Buffer): Response {
  const { status, statusText, headers, url, redirected } = reply;
  const content = WITHOUT_BODY.includes(status) ? null : new Uint8Array(body);
  const response = new Response(content, { status, statusText, headers });
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
}
