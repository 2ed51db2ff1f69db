import { judge } from '../../../../model/judge/verdict.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { type ResultStatus, resultStatus } from '../../../../model/result/result-status.ts';
import { isGone, snapshotsOf } from '../../runners/runner.ts';
import { LIVE_WRITE_MS } from '../status-throttling.ts';
import type { UnderLoad } from './facts.ts';

/**
 * The figures so far, when it is time to write them. They wait until every runner under way has sent an update: after a restart of the
 * operator they would seem to decrease.
 */
export function liveResult({
  test: { spec },
  nowMs,
  lastWriteMs,
  runners,
}: Pick<UnderLoad, 'test' | 'nowMs' | 'lastWriteMs' | 'runners'>): Partial<ResultStatus> {
  const isDue = lastWriteMs === undefined || nowMs - lastWriteMs >= LIVE_WRITE_MS;
  if (!isDue || runners.some((r) => !isGone(r) && r.update?.snapshot === undefined)) return {};
  const summary = summarise(spec, snapshotsOf(runners));
  return resultStatus(summary, judge(spec, summary, { desired: runners.length, lost: runners.filter(isGone).length }));
}
