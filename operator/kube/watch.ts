import { createInterface } from 'node:readline';
import { HttpMethod, RequestContext, Watch } from '@kubernetes/client-node';
import { request } from 'undici';
import { parseExactJson } from '../../api/common/notation/exact-json.ts';

/** Longer than a watch lasts, at whose end the server sends a bookmark. */
const SILENCE_MS = 30_000;

type Parameters = globalThis.Parameters<Watch['watch']>;

/** The library's Watch, which parses events with all digits of their integers: a spec may contain ids of 64 bits. */
export class ExactWatch extends Watch {
  /** Passes each event to `callback` until the server ends the watch or nothing comes for a while; then calls `done` once. */
  override async watch(...[path, query, callback, done]: Parameters): Promise<AbortController> {
    const controller = new AbortController();
    let hasEnded = false;
    const end = (error: unknown) => {
      if (hasEnded) return;
      hasEnded = true;
      clearTimeout(silence);
      controller.abort();
      done(error);
    };
    const silence = setTimeout(
      () => end(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
      SILENCE_MS,
    ).unref();
    try {
      const body = await this.#open(path, query, controller.signal);
      silence.refresh();
      body.on('data', () => silence.refresh());
      body.on('error', end);
      createInterface(body)
        .on('line', (line) => {
          const event = eventOf(line);
          if (event !== undefined) callback(event.type, event.object, event);
        })
        .on('error', end)
        .on('close', () => end(null));
    } catch (error) {
      end(error);
    }
    return controller;
  }

  /** The body of the response; an error with its status, as the library's informer expects, unless it is 200. */
  async #open(path: string, query: Parameters[1], signal: AbortSignal) {
    const server = this.config.getCurrentCluster()?.server;
    if (server === undefined) throw new Error('the kubeconfig names no cluster');
    const url = new URL(server + path);
    for (const [key, value] of Object.entries({ watch: true, ...query }))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const context = new RequestContext(url.toString(), HttpMethod.GET);
    await this.config.applySecurityAuthentication(context);
    const dispatcher = context.getDispatcher();
    const response = await request(url, {
      headers: context.getHeaders(),
      signal,
      ...(dispatcher && { dispatcher }),
    });
    if (response.statusCode === 200) return response.body;
    await response.body.dump();
    throw Object.assign(new Error(`the API server responded with ${response.statusCode}`), {
      statusCode: response.statusCode,
    });
  }
}

type WatchEvent = { type: string; object: unknown };

function eventOf(line: string): WatchEvent | undefined {
  try {
    return parseExactJson(line) as WatchEvent;
  } catch {
    // A line that the end of the connection cut.
    return undefined;
  }
}
