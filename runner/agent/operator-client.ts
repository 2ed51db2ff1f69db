import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type * as z from 'zod';
import { parseExactJson } from '../../api/common/notation/exact-json.ts';
import { LONG_POLL_HEADER, RUNNER_UPDATE_PATH } from '../../api/protocol/exchange.ts';
import { type Instruction, instructionSchema } from '../../api/protocol/instruction.ts';
import { encodeRunnerUpdate, type RunnerUpdate } from '../../model/wire/runner-update.ts';
import type { OperatorClock } from './operator-clock.ts';

const EXCHANGE_TIMEOUT_MS = 5_000;

/**
 * Why there is no instruction. `retryAfterMs`: an operator that has too much to do requests the next update then, which is newer. `isUnreadable`: the
 * operator sent one that this version cannot read.
 */
export type ExchangeProblem = { problem: string; retryAfterMs?: number; isUnreadable?: true };

/**
 * Sends one update to the operator and resolves with its instruction, or with a problem, because the operator may be away for a while. By
 * long polling, a Wait is delayed by up to two seconds, but not with `atOnce`.
 */
export type Exchange = (update: RunnerUpdate, mode?: { atOnce: boolean }) => Promise<Instruction | ExchangeProblem>;

/** A runner that waited for a minute would count as lost. */
const MAX_RETRY_AFTER_SECONDS = 10;

/** The exchange over HTTP by Node's built-in client, because loading another would cost every runner a tenth of a second of CPU at its start. */
export function createOperatorClient(options: {
  operatorUrl: string;
  tokenFile: string;
  clock: Pick<OperatorClock, 'observe'>;
}): Exchange {
  const url = new URL(RUNNER_UPDATE_PATH, options.operatorUrl);
  const agent = new Agent({ keepAlive: true });

  return async (update, { atOnce } = { atOnce: false }) => {
    try {
      // The kubelet renews the projected token in its file.
      const token = readFileSync(options.tokenFile, 'utf8').trim();
      const sentMs = Date.now();
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(!atOnce && LONG_POLL_HEADER),
      };
      const { statusCode, retryAfterMs, body } = await post(
        url,
        agent,
        headers,
        JSON.stringify(encodeRunnerUpdate(update)),
      );
      if (statusCode !== 200) {
        const problem = `the operator responded with ${statusCode}: ${body.slice(0, 200)}`;
        return { problem, ...(retryAfterMs !== undefined && { retryAfterMs }) };
      }
      const parsed = instructionSchema.safeParse(parseExactJson(body));
      if (!parsed.success) return { problem: unreadable(parsed.error), isUnreadable: true };
      options.clock.observe(sentMs, Date.now(), parsed.data.nowMs, parsed.data.heldMs);
      return parsed.data;
    } catch (error) {
      return { problem: `no response from the operator at ${url.origin}${whyNot(error as Error)}` };
    }
  };
}

function unreadable({ issues }: z.ZodError): string {
  const [{ path, message }] = issues as [z.core.$ZodIssue];
  return `the operator's response is malformed: ${path.join('.')}: ${message}`;
}

/** The end of a sentence: Node says of a timeout only that something was aborted. */
function whyNot({ name, message }: Error): string {
  const isTimeout = name === 'AbortError' || name === 'TimeoutError';
  return isTimeout ? ` within ${EXCHANGE_TIMEOUT_MS / 1e3} s` : `: ${message}`;
}

async function post(
  url: URL,
  agent: Agent,
  headers: Record<string, string>,
  body: string,
): Promise<{ statusCode: number; retryAfterMs: number | undefined; body: string }> {
  const response = await new Promise<IncomingMessage>((responded, failed) => {
    request(url, {
      agent,
      method: 'POST',
      headers,
      signal: AbortSignal.timeout(EXCHANGE_TIMEOUT_MS),
    })
      .once('response', responded)
      .once('error', failed)
      .end(body);
  });
  const retryAfterMs = retryAfter(response);
  return { statusCode: response.statusCode ?? 0, retryAfterMs, body: await readText(response) };
}

/** The Retry-After of a response that refuses only for now, in milliseconds; undefined without one in whole seconds. */
function retryAfter({ statusCode, headers }: IncomingMessage): number | undefined {
  const text = headers['retry-after'];
  if (statusCode !== 429 || text === undefined || !/^\d+$/.test(text)) return undefined;
  return Math.min(Number(text), MAX_RETRY_AFTER_SECONDS) * 1e3;
}
