import type { IncomingMessage } from 'node:http';
import { MAX_UPDATE_BYTES, RUNNER_UPDATE_PATH } from '../../api/protocol/exchange.ts';
import type { Instruction } from '../../api/protocol/instruction.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import { type Handler, type HttpResponse, jsonResponse } from '../runtime/http.ts';
import { errorText, type Log } from '../runtime/log.ts';
import type { BodyReader } from './body-reader.ts';
import type { Changes } from './changes.ts';
import type { EndpointDependencies } from './dependencies.ts';
import { identify } from './identity/identify.ts';
import type { RunnerIdentity } from './identity/runner-identity.ts';
import { isToWait } from './instruction/instruction.ts';
import { instructionFor, instructionForLost } from './instruction/instruction-for.ts';
import { hold } from './long-poll.ts';
import type { PodLimits } from './pod-limits.ts';
import { isFinal, type Refusal, shortened } from './refusal.ts';
import { giveUp, takeUpdate } from './take-update.ts';

/** The most refusals to remember as logged. At this bound all are forgotten, so that a flood costs a line now and then. */
const MAX_LOGGED = 1000;

export type ServerDependencies = EndpointDependencies & {
  bodies: BodyReader;
  pods: PodLimits;
  /** The changes that may bring a waiting runner another instruction. */
  changes: Changes;
  /** For how long a response is held at most. */
  holdMs: number;
};

/** Serves the runner endpoint; calls `count` with the status of every response. A refusal is logged once for each sender and status. */
export function updateHandler(dependencies: ServerDependencies, log: Log, count: (status: number) => void): Handler {
  const logged = new Set<string>();
  const logRefusal = (who: Sender, { status, error }: Refusal) => {
    const key = JSON.stringify([who, status]);
    if (logged.has(key)) return;
    if (logged.size >= MAX_LOGGED) logged.clear();
    logged.add(key);
    log.warn('refused a runner update', { ...who, status, error });
  };
  return async (request, gone) => {
    const response = await handle(dependencies, request, gone).catch((error) => {
      log.error('could not take a runner update', { error: errorText(error) });
      // The runner tries again; most likely the API server could not review its token.
      return jsonResponse(503, { error: 'try again' });
    });
    if ('refusal' in response) logRefusal(response.who, response.refusal);
    const sent = 'refusal' in response ? refused(response.refusal) : response;
    count(sent.status);
    return sent;
  };
}

function refused({ status, error, retryAfterMs }: Refusal): HttpResponse {
  const headers = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1e3)) };
  return { ...jsonResponse(status, { error }), headers };
}

/** A runner, or the address of an unknown sender. */
type Sender = { namespace: string; name: string; index: number; podUid: string } | { address: string };

/** A refusal, with a problem of limited length, and who sent what is refused. */
type Refused = { who: Sender; refusal: Refusal };

async function handle(
  dependencies: ServerDependencies,
  request: IncomingMessage,
  gone: AbortSignal,
): Promise<HttpResponse | Refused> {
  const address = request.socket.remoteAddress ?? '';
  const runner = await senderOf(dependencies, request, address);
  if ('error' in runner) return { who: { address }, refusal: runner };
  const { namespace, name, index, podUid } = runner;
  const instruction = await dependencies.pods.during(podUid, () => respond(dependencies, request, gone, runner));
  if (!('error' in instruction)) return jsonResponse(200, instruction);
  const refusal = shortened(instruction);
  if (isFinal(refusal)) giveUp(dependencies, runner, refusal.error);
  return { who: { namespace, name, index, podUid }, refusal };
}

async function senderOf(
  dependencies: EndpointDependencies,
  { url, method, headers }: IncomingMessage,
  address: string,
): Promise<RunnerIdentity | Refusal> {
  if (url !== RUNNER_UPDATE_PATH) return { status: 404, error: 'not found' };
  if (method !== 'POST') return { status: 405, error: 'only POST is served' };
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return identify(dependencies, { token, address });
}

async function respond(
  dependencies: ServerDependencies,
  request: IncomingMessage,
  gone: AbortSignal,
  runner: RunnerIdentity,
): Promise<Instruction | Refusal> {
  const lost = instructionForLost(dependencies, runner);
  if (lost !== undefined) return lost;
  const update = await receive(dependencies, request, runner);
  if ('error' in update) return update;
  const ms = Math.min(dependencies.holdMs, preferredWaitMs(request));
  const decide = () => instructionFor(dependencies, runner, update);
  const waits = (next: Instruction) => isToWait(next, update);
  return hold(decide, { isToWait: waits, changes: dependencies.changes, uid: runner.uid, ms, gone });
}

/** For how long the response may be held, in milliseconds, by the sender's Prefer header; 0 without one. */
function preferredWaitMs({ headers }: IncomingMessage): number {
  return 1000 * Number(/\bwait=(\d{1,3})\b/.exec(String(headers.prefer))?.[1] ?? 0);
}

/** Takes an update. A function of its own, so that the body is garbage while the response is held. */
async function receive(
  dependencies: ServerDependencies,
  request: IncomingMessage,
  runner: RunnerIdentity,
): Promise<RunnerUpdate | Refusal> {
  const { bodies, pods } = dependencies;
  const body = await pods.reading(runner.podUid, () => bodies.read(request));
  if ('error' in body) return body;
  const taken = takeUpdate(dependencies, runner, body);
  // What is refused may have cost anything up to the most that an update may cost.
  pods.charge(runner.podUid, 'error' in taken ? MAX_UPDATE_BYTES : body.length + taken.packedBytes);
  return 'error' in taken ? taken : taken.update;
}
