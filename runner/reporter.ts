import { readFile } from 'node:fs/promises';
import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { type Instruction, instructionSchema, REPORT_PATH, type Report } from '../api/protocol.ts';
import type { OperatorClock } from './clock.ts';
import { Agent, request } from './node-http.ts';

const EXCHANGE_TIMEOUT_MS = 5_000;

/** The exchange with the operator: one report, one instruction; a problem is a value, as the operator may be away for a while. */
export type Exchange = (report: Report) => Promise<Instruction | { problem: string }>;

/**
 * An exchange over HTTP with the client that Node has built in, as loading another would cost every runner a tenth of a second of
 * CPU before it is ready.
 */
export function createReporter(options: { operatorUrl: string; tokenFile: string; clock: OperatorClock }): Exchange {
  const url = new URL(REPORT_PATH, options.operatorUrl);
  const agent = new Agent({ keepAlive: true });

  return async (report) => {
    try {
      // The kubelet renews the projected token in its file.
      const token = (await readFile(options.tokenFile, 'utf8')).trim();
      const sent = Date.now();
      const { statusCode, body } = await post(url, agent, token, JSON.stringify(report));
      if (statusCode !== 200) return { problem: `the operator answered ${statusCode}: ${body.slice(0, 200)}` };
      const answer = instructionSchema.safeParse(JSON.parse(body));
      if (!answer.success) return { problem: `the operator's answer is malformed: ${answer.error.message}` };
      options.clock.observe(sent, Date.now(), answer.data.nowMs);
      return answer.data;
    } catch (error) {
      return { problem: `no answer from the operator: ${(error as Error).message}` };
    }
  };
}

async function post(
  url: URL,
  agent: HttpAgent,
  token: string,
  body: string,
): Promise<{ statusCode: number; body: string }> {
  const response = await new Promise<IncomingMessage>((answered, failed) => {
    request(url, {
      agent,
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(EXCHANGE_TIMEOUT_MS),
    })
      .once('response', answered)
      .once('error', failed)
      .end(body);
  });
  return { statusCode: response.statusCode ?? 0, body: await readText(response) };
}
