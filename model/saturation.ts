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

/** A load that is sent later than this is no longer the load that was asked for. */
const LAG_LIMIT = 250_000;

/** A closed load on an event loop that is never idle was limited by the generator: faster answers would not have shown. */
const BUSY = 0.95;

const ADVICE = 'use more runners or give them more CPU';

/**
 * Whether the load generator was the limit of what was measured. Where the result does not rest on the lag (`standsAnyhow`),
 * a moderate one is stated but changes nothing.
 */
export function saturation(spec: LoadTestSpec, summary: Summary, standsAnyhow: boolean): ConditionState {
  const exhausted = exhaustion(summary);
  if (exhausted !== undefined) return exhausted;
  if (spec.load.type === 'Closed') return busyLoop(summary) ?? keptUp(summary);
  return lateArrivals(summary, standsAnyhow) ?? keptUp(summary);
}

/** Errors of the machine that the generator runs on. The target had no part in them. */
const EXHAUSTED: Record<string, [what: string, advice: string]> = {
  PortsExhausted: [
    'no local ports were left for new connections',
    'use more runners, or a target that keeps its connections alive: a closed one holds its port for a minute',
  ],
  FileDescriptorsExhausted: [
    'no file descriptors were left for new connections',
    'use more runners, or raise the limit of open files on their nodes',
  ],
};

function exhaustion({ errors }: Summary): ConditionState | undefined {
  const error = errors.find(({ kind }) => Object.hasOwn(EXHAUSTED, kind));
  if (error === undefined) return undefined;
  const [what, advice] = EXHAUSTED[error.kind]!;
  const message = `the load generator was the limit: ${what} (${error.count.toLocaleString('en')} requests); ${advice}`;
  return { status: 'True', reason: error.kind, message };
}

function keptUp({ pacingLag, eventLoopUtilization }: Summary): ConditionState {
  const lag = pacingLag.valueAtPercentile(99);
  const pacing = lag === undefined ? '' : `pacing lag p99 ${formatMicroseconds(lag)}, `;
  const message = `the load generator kept up: ${pacing}event loop ${formatShare(eventLoopUtilization)} busy`;
  return { status: 'False', reason: 'GeneratorKeptUp', message };
}

function lateArrivals({ pacingLag, responseTime }: Summary, standsAnyhow: boolean): ConditionState | undefined {
  const lag = pacingLag.valueAtPercentile(99) ?? 0;
  const measured = responseTime.valueAtPercentile(99) ?? 0;
  if (lag <= LAG_FLOOR || lag <= measured * LAG_PART) return undefined;
  const late = `requests were sent late (pacing lag p99 ${formatMicroseconds(lag)})`;
  if (standsAnyhow && lag <= LAG_LIMIT) {
    return {
      status: 'False',
      reason: 'PacingLag',
      message: `${late}, which response times contain; the result does not rest on it`,
    };
  }
  return { status: 'True', reason: 'PacingLag', message: `the load generator was the limit: ${late}; ${ADVICE}` };
}

function busyLoop({ eventLoopUtilization }: Summary): ConditionState | undefined {
  if (eventLoopUtilization < BUSY) return undefined;
  const busy = `its event loop was ${formatShare(eventLoopUtilization)} busy`;
  return { status: 'True', reason: 'EventLoopBusy', message: `the load generator was the limit: ${busy}; ${ADVICE}` };
}
