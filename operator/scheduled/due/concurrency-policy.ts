import type { Occurrence } from '../../loadtest/act/events.ts';
import type { Action, Due, Start } from '../decision.ts';

/**
 * `spec.concurrencyPolicy: Forbid`: a run waits until the one before it has ended. Every reconcile meanwhile decides so again, and one event reports
 * it, as the events of a CronJob are counted in one.
 */
export function forbidden({ schedule, active, manifest }: Due): Start | undefined {
  const [first] = active;
  if (schedule.spec.concurrencyPolicy !== 'Forbid' || first === undefined) return undefined;
  const { name } = manifest.metadata;
  const note = `${name} waits: ${first.metadata.name} has not ended and concurrencyPolicy is Forbid`;
  return { actions: [], events: [{ type: 'Normal', reason: 'AlreadyActive', note, onceFor: name }] };
}

/** An event for each run that is replaced: a load that is longer than the interval of its schedule never ends. */
export function replacedEvents(due: Due): Occurrence[] {
  return replaced(due).flatMap((action) => {
    if (action.type !== 'DeleteLoadTest') return [];
    const note = `LoadTest ${action.ref.name} had not ended and is ${action.why}, as concurrencyPolicy is Replace`;
    return { type: 'Warning', reason: 'Replaced', note };
  });
}

/** `spec.concurrencyPolicy: Replace`: a run replaces those that have not ended. */
export function replaced({ schedule, active, manifest }: Due): Action[] {
  if (schedule.spec.concurrencyPolicy !== 'Replace') return [];
  const why = `replaced by ${manifest.metadata.name}`;
  return active.map(({ metadata }) => ({ type: 'DeleteLoadTest', ref: metadata, why }));
}
