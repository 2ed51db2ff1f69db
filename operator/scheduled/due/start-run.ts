import { type Chain, firstOf } from '../../common/chain.ts';
import { operatorLimits } from '../accepted.ts';
import type { Due, Start } from '../decision.ts';
import { forbidden, replaced, replacedEvents } from './concurrency-policy.ts';

/** The delay before a refused LoadTest is tried again: at first, and at most. It grows with time, as some refusals last. */
const REFUSED_MS = { first: 5_000, last: 60_000 };

/** Why a due run is not created now. */
const CHECKS: Chain<Due, Start> = [alreadyCreated, operatorLimits, forbidden, failedCreate];

/** Creates a due run, unless a check prevents it. */
export function startRun(due: Due): Start {
  return firstOf(CHECKS, due) ?? created(due);
}

/** The run exists, but the status that records it was not written or has not arrived yet. */
export function alreadyCreated({ tests, manifest, created }: Due): Start | undefined {
  if (!tests.some((test) => test.metadata.name === manifest.metadata.name)) return undefined;
  return { actions: [], handled: created, events: [] };
}

/** The API server has just refused the run, which stays due. */
export function failedCreate({ refusal, manifest, nowMs, dueMs }: Due): Start | undefined {
  if (refusal === undefined) return undefined;
  const note = `${manifest.metadata.name} is not created: ${refusal}`;
  const againMs = Math.min(Math.max(REFUSED_MS.first, (nowMs - dueMs) / 4), REFUSED_MS.last);
  return { actions: [], events: [{ type: 'Warning', reason: 'FailedCreate', note }], againMs };
}

function created(due: Due): Start {
  const { manifest, nowMs, dueMs, cause, notes } = due;
  const lateMs = nowMs - dueMs;
  const late = lateMs >= 60_000 ? `, ${Math.round(lateMs / 1e3)} s late` : '';
  const note = [`Created LoadTest ${manifest.metadata.name} ${cause}${late}`, ...notes].join('; ');
  return {
    actions: [...replaced(due), { type: 'CreateLoadTest', manifest }],
    handled: due.created,
    events: [...replacedEvents(due), { type: 'Normal', reason: 'Created', note }],
  };
}
