import { microseconds } from '../../../api/common/duration.ts';
import { formatCount } from '../../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import type { Counts, LiveCounts } from '../../../api/status/counters.ts';
import { isSequential } from '../../request/request-order.ts';
import { errorCount } from '../counters.ts';
import type { Histogram } from '../histogram.ts';

/** What a load asks for: one arrival, or one turn of a user, is one iteration. It makes one request, or all in order. */
export type Iterations = {
  /** Those that came due. */
  generated: number;
  /** Those that were begun: all but the dropped ones and the ones that wait for a connection. */
  made: number;
  /** Those whose last response came. One that an error or an unexpected response cut short did not complete. */
  done: number;
  /** The part of done that is no part of the rate. */
  late: number;
  /** Those that the end of the test cut off. While the load runs: those that have not ended. */
  open: number;
};

type Counted = Counts & Partial<LiveCounts>;

/**
 * The iterations in the counters of a result or of a running test: the requests themselves, or with `requestOrder: Sequential` the passes
 * through all requests.
 */
export function iterationsOf(
  spec: Pick<LoadTestSpec, 'requestOrder'>,
  { counts, requests }: { counts: Counted; requests: readonly { counts: Counted }[] },
): Iterations {
  const steps = isSequential(spec) ? requests.map((r) => r.counts) : [counts];
  const [first = counts, last = counts] = [steps[0], steps.at(-1)];
  // An error ends an iteration, as does its last response.
  const ended = steps.reduce((sum, step) => sum + errorCount(step), last.done - last.unexpected);
  return {
    generated: first.generated,
    made: first.made,
    done: last.done,
    late: last.late ?? 0,
    open: Math.max(0, first.generated - ended),
  };
}

/** The unit of a rate of iterations, behind its number: "50/s" are requests, as each is an iteration, and others are "50 iterations/s". */
export function rateUnit(spec: Pick<LoadTestSpec, 'requestOrder'>): string {
  return isSequential(spec) ? ' iterations/s' : '/s';
}

/** "1,470 of 1,500 requests done", and before it "490 of 500 iterations completed" where an iteration has several requests. */
export function doneText(
  spec: Pick<LoadTestSpec, 'requestOrder'>,
  counted: Parameters<typeof iterationsOf>[1],
): string {
  const { counts } = counted;
  const requests = `${formatCount(counts.done)} of ${formatCount(counts.generated)} requests done`;
  if (!isSequential(spec)) return requests;
  const { done, generated } = iterationsOf(spec, counted);
  return `${formatCount(done)} of ${formatCount(generated)} iterations completed, ${requests}`;
}

/**
 * How long an iteration takes on average, with its think times, microseconds. A request that has not ended yet may take as long as its
 * timeout.
 */
export function iterationTimeUs(
  spec: LoadTestSpec,
  requests: readonly { counts: Counted; responseTime: Pick<Histogram, 'mean'> }[],
): number {
  const timeoutUs = microseconds(spec.target.timeout);
  const timeUs = ({ responseTime }: (typeof requests)[number]) => responseTime.mean ?? timeoutUs;
  const sum = (of: (request: (typeof requests)[number]) => number) => requests.reduce((total, r) => total + of(r), 0);
  if (isSequential(spec)) return sum(timeUs) + thinkTimesUs(spec);
  const generated = sum((r) => r.counts.generated);
  return generated === 0 ? 0 : sum((r) => timeUs(r) * r.counts.generated) / generated;
}

/** The think times of an iteration together, microseconds. */
export function thinkTimesUs({ requests }: Pick<LoadTestSpec, 'requests'>): number {
  return requests.reduce((sum, { thinkTime }) => sum + microseconds(thinkTime ?? '0s'), 0);
}
