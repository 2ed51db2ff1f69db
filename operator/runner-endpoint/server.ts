import type { IncomingMessage } from 'node:http';
import { MAX_UPDATE_BYTES, RUNNER_UPDATE_PATH } from '../../api/protocol/exchange.ts';
import type { Instruction } from '../../api/protocol/instruction.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import { type Handler, type HttpResponse, jsonResponse } from '../runtime/http.ts';
import { errorText, type Log } from '../runtime/log.ts';
import type { Changes } from './changes.ts';
import { type EndpointDependencies, identify, instructionFor, takeUpdate } from './endpoint.ts';
import { isToWait } from './instruction.ts';
import { hold } from './long-poll.ts';
import type { Refusal } from './refusal.ts';
import type { RunnerIdentity } from './runner-identity.ts';

/** The most refusals to remember as logged. At this bound all are forgotten, so that a flood costs a line now and then. */
const MAX_LOGGED = 1000;

export type ServerDependencies = EndpointDependencies & {
  /** The changes that may bring a waiting runner another instruction. */
  changes: Changes;
  /** For how long a response is held at most. */
  holdMs: number;
};

/** Serves the runner endpoint; calls `count` with the status of every response. A refusal is logged once for each sender. */
export function updateHandler(dependencies: ServerDependencies, log: Log, count: (status: number) => void): Handler {
  const logged = new Set<string>();
  const refuse = (who: Sender, { status, error }: Refusal | Unread): HttpResponse => {
    const key = JSON.stringify([who, status, error]);
    if (!logged.has(key)) {
      if (logged.size >= MAX_LOGGED) logged.clear();
      logged.add(key);
      log.warn('refused a runner update', { ...who, status, error });
    }
    return jsonResponse(status, { error });
  };
  return async (request, gone) => {
    const response = await handle(dependencies, request, gone, refuse).catch((error) => {
      log.error('could not take a runner update', { error: errorText(error) });
      // The runner tries again; most likely the API server could not review its token.
      return jsonResponse(503, { error: 'try again' });
    });
    count(response.status);
    return response;
  };
}

/** A runner, or the address of an unknown sender. */
type Sender = { namespace: string; name: string; index: number; podUid: string } | { address: string };
type Unread = { status: 404 | 405 | 413; error: string };

type Refuse = (who: Sender, refusal: Refusal | Unread) => HttpResponse;

async function handle(
  dependencies: ServerDependencies,
  request: IncomingMessage,
  gone: AbortSignal,
  refuse: Refuse,
): Promise<HttpResponse> {
  const received = await receive(dependencies, request, refuse);
  if ('status' in received) return received;
  const { runner, update } = received;
  const ms = Math.min(dependencies.holdMs, preferredWaitMs(request));
  const decide = () => instructionFor(dependencies, runner, update);
  const waits = (instruction: Instruction) => isToWait(instruction, update);
  const { changes } = dependencies;
  return jsonResponse(200, await hold(decide, { isToWait: waits, changes, uid: runner.uid, ms, gone }));
}

/** For how long the response may be held, in milliseconds, by the sender's Prefer header; 0 without one. */
function preferredWaitMs({ headers }: IncomingMessage): number {
  return 1000 * Number(/\bwait=(\d{1,3})\b/.exec(String(headers.prefer))?.[1] ?? 0);
}

/** Takes an update. A function of its own, so that the body is garbage while the response is held. */
async function receive(
  dependencies: EndpointDependencies,
  request: IncomingMessage,
  refuse: Refuse,
): Promise<{ runner: RunnerIdentity; update: RunnerUpdate } | HttpResponse> {
  const from = { address: request.socket.remoteAddress ?? '' };
  if (request.url !== RUNNER_UPDATE_PATH) return refuse(from, { status: 404, error: 'not found' });
  if (request.method !== 'POST') return refuse(from, { status: 405, error: 'only POST is served' });
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const runner = await identify(dependencies, token);
  if ('error' in runner) return refuse(from, runner);
  const { namespace, name, index, podUid } = runner;
  const who = { namespace, name, index, podUid };
  const text = await readBody(request);
  if (text === undefined) return refuse(who, { status: 413, error: `an update is at most ${MAX_UPDATE_BYTES} bytes` });
  const body = parseJson(text);
  if (body === undefined) return refuse(who, { status: 400, error: 'the body is not JSON' });
  const taken = takeUpdate(dependencies, runner, body);
  return 'error' in taken ? refuse(who, taken) : { runner, update: taken.update };
}

/** The body as text; undefined when it is longer than an update may be. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_UPDATE_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_UPDATE_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The value of a JSON text; undefined for any other text, as JSON has no such value. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
