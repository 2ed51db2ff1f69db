import * as z from 'zod';
import { shownLine } from '../common/shown/text.ts';
import type { Reasons } from './reasons.ts';

/** The conditions of a LoadTest, in the order in which they become true; a ScheduledLoadTest has Accepted and Regressed. */
const CONDITION_TYPES = [
  'Accepted',
  'Ready',
  'Running',
  'Complete',
  'Passed',
  'GeneratorSaturated',
  'Regressed',
] as const;
export type ConditionType = (typeof CONDITION_TYPES)[number];

/** metav1.Condition. */
const conditionSchema = z.strictObject({
  type: z.string().max(316).describe('Name of the condition.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that it is about.'),
  lastTransitionTime: z.string().max(64).meta({ format: 'date-time' }).describe('When its status last changed.'),
  reason: z.string().min(1).max(1024).describe('Why, as one word for programs; docs/operations.md explains each.'),
  message: z.string().max(32768).describe('Why, as a sentence for people.'),
});
export type Condition = z.infer<typeof conditionSchema>;

/** The conditions of an object: a map by type, as server-side apply merges them. */
export const conditionsSchema = z
  .array(conditionSchema)
  .max(16)
  .optional()
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] });

/** A decision about a condition; {@link withConditions} adds when it last changed. */
export type ConditionState<T extends ConditionType = ConditionType> = {
  status: Condition['status'];
  reason: Reasons[T];
  message: string;
};

/** Decisions about several conditions. */
export type ConditionStates = { [T in ConditionType]?: ConditionState<T> };

/**
 * Applies `states` to `before`. A condition whose status stays keeps its transition time, as the API conventions ask; conditions without
 * a state stay unchanged. Messages, which may quote others, are cleaned and on one line.
 */
export function withConditions(
  before: readonly Condition[],
  states: ConditionStates,
  at: { now: string; observedGeneration: number },
): Condition[] {
  return CONDITION_TYPES.flatMap((type) => {
    const old = before.find((c) => c.type === type);
    const state = states[type];
    if (state === undefined) return old === undefined ? [] : [old];
    const lastTransitionTime = old?.status === state.status ? old.lastTransitionTime : at.now;
    const message = shownLine(state.message);
    return [{ type, ...state, message, observedGeneration: at.observedGeneration, lastTransitionTime }];
  });
}

export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: ConditionType,
): Condition | undefined {
  return conditions?.find((c) => c.type === type);
}

export function isTrue(conditions: readonly Condition[] | undefined, type: ConditionType): boolean {
  return findCondition(conditions, type)?.status === 'True';
}
