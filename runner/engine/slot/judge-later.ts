import type { IncomingResponse } from '../../response/incoming-response.ts';
import type { Finding } from '../../response/inspection.ts';
import type { EndedTimes } from '../delay/request-times.ts';
import type { LogOutcome } from '../request-log.ts';
import type { TracedRequest } from '../tracing/request-trace.ts';
import type { Pool } from './pool.ts';

export type Later = Extract<Finding, { later: unknown }>['later'];

/** A request that has ended with a response that nobody has judged yet. Its slot reuses the response for the next one. */
type Unfinished = {
  request: number;
  response: IncomingResponse;
  times: EndedTimes;
  log: LogOutcome;
  trace: TracedRequest | undefined;
};

const NO_BODY = Buffer.alloc(0);

/** Counts a request when its response is judged, or as aborted when nobody waits for that any more. */
export function judgeLater(
  { recorder, unjudged }: Pick<Pool, 'recorder' | 'unjudged'>,
  later: Later,
  { request, response, times, log, trace }: Unfinished,
): void {
  const { status, headers } = response;
  const body = recorder.examples.wanted === 0 ? NO_BODY : response.body;
  recorder.received();
  unjudged.add(
    later,
    (judgement) => {
      recorder.judged();
      if ('failure' in judgement) {
        recorder.failed(request, judgement.failure);
        log('failed');
        return;
      }
      recorder.done(request, status, judgement.expected, times, false);
      trace?.judged(request, times, status, judgement.expected);
      if (!judgement.expected) recorder.example(request, { status, headers, body }, judgement.reason);
      log('done', status);
    },
    () => {
      recorder.judged();
      recorder.aborted(request, times);
      log('aborted');
    },
  );
}
