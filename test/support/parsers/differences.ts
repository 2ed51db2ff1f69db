import type { Difference } from './difference.ts';
import { READINGS } from './readings.ts';
import { REFUSALS } from './refusals.ts';

export const DIFFERENCES: readonly Difference[] = [...REFUSALS, ...READINGS];
