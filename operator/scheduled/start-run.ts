import { metaTime } from '../../api/common/time.ts';
import { type Chain, firstOf } from '../common/chain.ts';
import { operatorLimits } from './accepted.ts';
import { forbidden, replaced, replacedEvents } from './concurrency-policy.ts';
import type { Due, Start } from './decision.ts';

/** The delay before a refused LoadTest is tried again: at first, and at most. It grows with time, as some refusals last. */
const REFUSED_MS = { first: 5_000, last: 60_000 };

/** Why a time that has come creates no run now. */
const CHECKS: Chain<Due, Start> = [alreadyCreated, operatorLimits, forbidden, failedCreate];

/** Creates the run of a time that has come, unless a check prevents it. */
export function startRun(due: Due): Start {
  return firstOf(CHECKS, due) ?? created(due);
}

/** The run exists, but the status that records it was not written or has not arrived yet. */
export function alreadyCreated({ tests, manifest, dueMs }: Due): Start | undefined {
  if (!tests.some((test) => test.metadata.name === manifest.metadata.name)) return undefined;
  return { actions: [], lastScheduleTime: metaTime(dueMs), events: [] };
}

/** The API server has just refused the run; the time stays due. */
export function failedCreate({ refusal, manifest, nowMs, dueMs }: Due): Start | undefined {
  if (refusal === undefined) return undefined;
  const note = `${manifest.metadata.name} is not created: ${refusal}`;
  const againMs = Math.min(Math.max(REFUSED_MS.first, (nowMs - dueMs) / 4), REFUSED_MS.last);
  return { actions: [], events: [{ type: 'Warning', reason: 'FailedCreate', note }], againMs };
}

function created(due: Due): Start {
  const { manifest, nowMs, dueMs, missed } = due;
  const dueTime = metaTime(dueMs);
  const lateMs = nowMs - dueMs;
  const late = lateMs >= 60_000 ? `, ${Math.round(lateMs / 1e3)} s late` : '';
  const skipped = missed > 1 ? `; ${missed - 1} earlier ${missed === 2 ? 'time was' : 'times were'} skipped` : '';
  const note = `Created LoadTest ${manifest.metadata.name} for ${dueTime}${late}${skipped}`;
  return {
    actions: [...replaced(due), { type: 'CreateLoadTest', manifest }],
    lastScheduleTime: dueTime,
    events: [...replacedEvents(due), { type: 'Normal', reason: 'Created', note }],
  };
}
