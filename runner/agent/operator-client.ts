import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { LONG_POLL_HEADER, RUNNER_UPDATE_PATH } from '../../api/protocol/exchange.ts';
import { type Instruction, instructionSchema } from '../../api/protocol/instruction.ts';
import { encodeRunnerUpdate, type RunnerUpdate } from '../../model/wire/runner-update.ts';
import type { OperatorClock } from './operator-clock.ts';

const EXCHANGE_TIMEOUT_MS = 5_000;

/**
 * The exchange with the operator: one report, one instruction; a problem is a value, as the operator may be away for a while. The answer
 * comes when there is something to do, or after two seconds; `atOnce`, when there is not.
 */
export type Exchange = (report: RunnerUpdate, mode?: { atOnce: boolean }) => Promise<Instruction | { problem: string }>;

/**
 * An exchange over HTTP with the client that Node has built in, as loading another would cost every runner a tenth of a second of
 * CPU before it is ready.
 */
export function createOperatorClient(options: {
  operatorUrl: string;
  tokenFile: string;
  clock: Pick<OperatorClock, 'observe'>;
}): Exchange {
  const url = new URL(RUNNER_UPDATE_PATH, options.operatorUrl);
  const agent = new Agent({ keepAlive: true });

  return async (report, { atOnce } = { atOnce: false }) => {
    try {
      // The kubelet renews the projected token in its file.
      const token = readFileSync(options.tokenFile, 'utf8').trim();
      const sent = Date.now();
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(!atOnce && LONG_POLL_HEADER),
      };
      const { statusCode, body } = await post(url, agent, headers, JSON.stringify(encodeRunnerUpdate(report)));
      if (statusCode !== 200) return { problem: `the operator answered ${statusCode}: ${body.slice(0, 200)}` };
      const answer = instructionSchema.safeParse(JSON.parse(body));
      if (!answer.success) return { problem: `the operator's answer is malformed: ${answer.error.message}` };
      options.clock.observe(sent, Date.now(), answer.data.nowMs, answer.data.heldMs);
      return answer.data;
    } catch (error) {
      return { problem: `no answer from the operator: ${(error as Error).message}` };
    }
  };
}

async function post(
  url: URL,
  agent: Agent,
  headers: Record<string, string>,
  body: string,
): Promise<{ statusCode: number; body: string }> {
  const response = await new Promise<IncomingMessage>((answered, failed) => {
    request(url, {
      agent,
      method: 'POST',
      headers,
      signal: AbortSignal.timeout(EXCHANGE_TIMEOUT_MS),
    })
      .once('response', answered)
      .once('error', failed)
      .end(body);
  });
  return { statusCode: response.statusCode ?? 0, body: await readText(response) };
}
