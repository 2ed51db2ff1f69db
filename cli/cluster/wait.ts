import { formatCount } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { findCondition, isTrue } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { rateUnit } from '../../model/measure/rate/iterations.ts';
import type { Display } from '../terminal/display.ts';
import { isLineDue } from '../terminal/progress.ts';
import { StatusPoints } from '../terminal/status-points.ts';
import { viewOfStatus } from '../terminal/view-of-run.ts';
import { type ClusterLoadTest, getLoadTest } from './cluster-loadtest.ts';
import type { Kubectl } from './kubectl.ts';

const POLL_MS = 1000;
/** How long a cluster that has answered before may be unreachable. */
const MAX_AWAY_MS = 60_000;

export type Waiting = {
  kubectl: Kubectl;
  name: string;
  display: Display;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** Follows a LoadTest in a cluster and displays its progress until it is complete, or returns why that cannot be awaited. */
export async function untilComplete(waiting: Waiting): Promise<{ test: ClusterLoadTest } | { problem: string }> {
  const { kubectl, name, now, sleep } = waiting;
  const follower = new Follower(waiting);
  for (;;) {
    const found = await getLoadTest(kubectl, name);
    const end = 'test' in found ? follower.found(found.test, now()) : follower.notFound(found, now());
    if (end !== undefined) return end;
    await sleep(POLL_MS);
  }
}

/** Displays each observation of a LoadTest, and decides whether the waiting ends with it. */
class Follower {
  readonly #display: Display;
  readonly #points = new StatusPoints();
  #hasBegun = false;
  #hasAnswered = false;
  #lastSeenMs: number;
  /** The problem that is already displayed. */
  #problem = '';
  /** The state and the time of the line that was displayed last. */
  #state = '';
  #shownMs = 0;

  constructor({ display, now }: Waiting) {
    this.#display = display;
    this.#lastSeenMs = now();
  }

  found(test: ClusterLoadTest, nowMs: number): { test: ClusterLoadTest } | { problem: string } | undefined {
    const { metadata, spec, status } = test;
    this.#lastSeenMs = nowMs;
    this.#hasAnswered = true;
    this.#problem = '';
    if (!this.#hasBegun && spec !== undefined) this.#display.begin({ metadata, spec });
    this.#hasBegun = true;
    const line = statusLine(status, spec);
    const view = spec && viewOfStatus(spec, status, nowMs, this.#points.add(spec, status));
    this.#display.progress(view, this.#isDue(status, nowMs) ? line : undefined);
    if (findCondition(status.conditions, 'Accepted')?.reason === 'Invalid') return { problem: line };
    return isTrue(status.conditions, 'Complete') ? { test } : undefined;
  }

  /** Whether the state has changed, or figures of the load are due again. */
  #isDue({ conditions, loadStartTime, runners }: LoadTestStatus, nowMs: number): boolean {
    const startMs = Date.parse(loadStartTime ?? '');
    const state = JSON.stringify([
      findCondition(conditions, 'Complete'),
      findCondition(conditions, 'Accepted'),
      runners,
    ]);
    const isNew = state !== this.#state || Number.isNaN(startMs) || isLineDue(this.#shownMs - startMs, nowMs - startMs);
    if (!isNew) return false;
    this.#state = state;
    this.#shownMs = nowMs;
    return true;
  }

  notFound(
    { problem, isFinal, isAway = false }: { problem: string; isFinal: boolean; isAway?: boolean },
    nowMs: number,
  ): { problem: string } | undefined {
    // A cluster that never answered is more likely the wrong one than one that is about to come.
    if (isAway && !this.#hasAnswered) return { problem };
    this.#hasAnswered ||= !isAway;
    if (isFinal || nowMs - this.#lastSeenMs > MAX_AWAY_MS) return { problem };
    if (problem !== this.#problem)
      this.#display.note(isAway ? `${problem}; asking again for a minute` : `no response from the cluster: ${problem}`);
    this.#problem = problem;
    return undefined;
  }
}

/** The state of a LoadTest in one line. */
export function statusLine(
  { conditions, counts, rate, responseTime, errorShare, runners }: LoadTestStatus,
  spec?: LoadTestSpec,
): string {
  const complete = findCondition(conditions, 'Complete');
  const accepted = findCondition(conditions, 'Accepted');
  if (accepted?.status === 'False') return `${accepted.reason}: ${accepted.message}`;
  if (complete === undefined) return 'waiting for the operator';
  const of = runners === undefined ? '' : `${runners.ready} of ${runners.desired} runners`;
  const figures =
    counts === undefined
      ? ''
      : `so far: generated ${formatCount(counts.generated)}  done ${formatCount(counts.done)}  ${rate?.achieved ?? '-'}${spec ? rateUnit(spec) : '/s'}  p99 ${responseTime?.p99 ?? '-'}  errors ${errorShare ?? '-'}`;
  return [complete.reason, of, figures, complete.message].filter(Boolean).join('  ');
}
