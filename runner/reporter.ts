import { readFile } from 'node:fs/promises';
import { request } from 'undici';
import { type Instruction, instructionSchema, REPORT_PATH, type Report } from '../api/protocol.ts';
import type { OperatorClock } from './clock.ts';

const EXCHANGE_TIMEOUT_MS = 5_000;

/** The exchange with the operator: one report, one instruction; a problem is a value, as the operator may be away for a while. */
export function createReporter(options: { operatorUrl: string; tokenFile: string; clock: OperatorClock }) {
  const url = new URL(REPORT_PATH, options.operatorUrl);

  return async function exchange(report: Report): Promise<Instruction | { problem: string }> {
    try {
      // The kubelet renews the projected token in its file.
      const token = (await readFile(options.tokenFile, 'utf8')).trim();
      const sent = Date.now();
      const response = await request(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(report),
        headersTimeout: EXCHANGE_TIMEOUT_MS,
        bodyTimeout: EXCHANGE_TIMEOUT_MS,
      });
      const text = await response.body.text();
      if (response.statusCode !== 200)
        return { problem: `the operator answered ${response.statusCode}: ${text.slice(0, 200)}` };
      const answer = instructionSchema.safeParse(JSON.parse(text));
      if (!answer.success) return { problem: `the operator's answer is malformed: ${answer.error.message}` };
      options.clock.observe(sent, Date.now(), answer.data.nowMs);
      return answer.data;
    } catch (error) {
      return { problem: `no answer from the operator: ${(error as Error).message}` };
    }
  };
}
export type Exchange = ReturnType<typeof createReporter>;
