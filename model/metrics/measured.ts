import type { LiveCounts } from '../../api/status/counters.ts';
import type { Histogram } from '../measure/histogram.ts';
import { generatorErrors, type Outcomes } from '../measure/outcomes.ts';
import { perSecond, type Reached } from '../measure/rate/rate.ts';
import type { Times } from '../measure/snapshot.ts';
import type { Summary } from '../measure/summary.ts';

/** The measurements that a metric is read from: those of one request, or of all together. */
export type Measured = Times<Histogram> & {
  counts: LiveCounts;
  withoutGenerator: Times<Histogram>;
  /** Requests that were cut off after a longer wait than a threshold allows. */
  overdue: number;
  /** Undefined when a lost runner reported none for the request. */
  outcomes: Outcomes | undefined;
  /** Requests that failed because the generator's machine had no port or file descriptor left; at most so many where it is unknown. */
  exhausted: number;
  /** Responses per second during the load. */
  achieved: number;
  /** Undefined for one request: the load asks for a rate of all together. */
  reached?: Reached | undefined;
  seconds: number;
  lostShare: number;
};

/** The measurements of one request, or of all together; undefined for an unknown request. */
export function measuredOf(summary: Summary, request: string | undefined): Measured | undefined {
  return request === undefined ? ofAll(summary) : ofRequest(summary, request);
}

function ofAll(summary: Summary): Measured {
  return {
    ...summary,
    overdue: overdueIn(summary),
    outcomes: summary,
    exhausted: generatorErrors(summary.errors),
    achieved: summary.rate.achieved,
    reached: summary.rate.reached,
    seconds: summary.rate.seconds,
  };
}

/** Requests that were cut off after a longer wait than a threshold allows: of one name, or all. */
export function overdueIn({ requests }: Summary, name?: string): number {
  const counted = requests.filter((r) => name === undefined || r.name === name);
  return counted.reduce((sum, { overdue }) => sum + overdue, 0);
}

function ofRequest(summary: Summary, name: string): Measured | undefined {
  const request = summary.requests.find((r) => r.name === name);
  if (request === undefined) return undefined;
  const { counts, outcomes } = request;
  const { lostShare, rate } = summary;
  const { seconds } = rate;
  return {
    ...request,
    exhausted: generatorErrors((outcomes ?? summary).errors),
    achieved: perSecond(counts.done - counts.late, seconds),
    seconds,
    lostShare,
  };
}
