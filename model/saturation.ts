import type { ConditionState } from '../api/conditions.ts';
import { formatMicroseconds } from '../api/duration.ts';
import type { LoadTestSpec } from '../api/loadtest.ts';
import { formatShare } from '../api/quantity.ts';
import type { Summary } from './summary.ts';

/**
 * A pacing lag is part of every response time that we measure. Below the floor it is the resolution of an event loop's timers;
 * above it, it spoils the result when it is a large part of what was measured.
 */
const LAG_FLOOR = 20_000;
const LAG_PART = 0.25;

/** A closed load on an event loop that is never idle was limited by the generator: faster answers would not have shown. */
const BUSY = 0.95;

/** Whether the load generator was the limit of what was measured. */
export function saturation(spec: LoadTestSpec, summary: Summary): ConditionState {
  return (
    (spec.load.type === 'Open' ? lateArrivals(summary) : busyLoop(summary)) ?? {
      status: 'False',
      reason: 'GeneratorKeptUp',
      message: `the load generator kept up: ${pacingText(summary)}event loop ${formatShare(summary.eventLoopUtilization)} busy`,
    }
  );
}

function pacingText(summary: Summary): string {
  const lag = summary.pacingLag.valueAtPercentile(99);
  return lag === undefined ? '' : `pacing lag p99 ${formatMicroseconds(lag)}, `;
}

function lateArrivals({ pacingLag, responseTime }: Summary): ConditionState | undefined {
  const lag = pacingLag.valueAtPercentile(99) ?? 0;
  const measured = responseTime.valueAtPercentile(99) ?? 0;
  if (lag <= LAG_FLOOR || lag <= measured * LAG_PART) return undefined;
  return {
    status: 'True',
    reason: 'PacingLag',
    message: `the load generator was the limit: requests were sent late (pacing lag p99 ${formatMicroseconds(lag)}); use more runners or give them more CPU`,
  };
}

function busyLoop({ eventLoopUtilization }: Summary): ConditionState | undefined {
  if (eventLoopUtilization < BUSY) return undefined;
  return {
    status: 'True',
    reason: 'EventLoopBusy',
    message: `the load generator was the limit: its event loop was ${formatShare(eventLoopUtilization)} busy; use more runners or give them more CPU`,
  };
}
