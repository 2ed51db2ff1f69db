import type { IncomingMessage } from 'node:http';
import { MAX_REPORT_BYTES, REPORT_PATH } from '../../api/protocol.ts';
import { type Answer, type Handler, jsonAnswer } from '../http.ts';
import { errorText, type Log } from '../log.ts';
import { identify, type Refusal, type ReportingWorld, takeReport } from './endpoint.ts';

/** Serves the reporting endpoint; `count` is told of every answer's status. */
export function reportHandler(world: ReportingWorld, log: Log, count: (status: number) => void): Handler {
  return async (request) => {
    const answer = await handle(world, request).catch((error) => {
      log.error('could not take a report', { error: errorText(error) });
      // The runner tries again; most likely the API server could not be asked about its token.
      return jsonAnswer(503, { error: 'try again' });
    });
    count(answer.status);
    return answer;
  };
}

async function handle(world: ReportingWorld, request: IncomingMessage): Promise<Answer> {
  if (request.url !== REPORT_PATH) return jsonAnswer(404, { error: 'not found' });
  if (request.method !== 'POST') return jsonAnswer(405, { error: 'only POST is served' });
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const runner = await identify(world, token);
  if ('error' in runner) return refused(runner);
  const text = await readBody(request);
  if (text === undefined) return jsonAnswer(413, { error: `a report is at most ${MAX_REPORT_BYTES} bytes` });
  const body = parseJson(text);
  if (body === undefined) return jsonAnswer(400, { error: 'the body is not JSON' });
  const taken = takeReport(world, runner, body);
  return 'error' in taken ? refused(taken) : jsonAnswer(200, taken);
}

function refused({ status, error }: Refusal): Answer {
  return jsonAnswer(status, { error });
}

/** The body as text; undefined when it is longer than a report may be. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_REPORT_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_REPORT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The value that a JSON text stands for; undefined when it is none, as JSON has no such value. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
