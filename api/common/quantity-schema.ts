import { PERCENT_PATTERN } from './quantity.ts';
import { textOf } from './rule.ts';

/** A share as text. The schemas are in a file of their own so that a worker thread can format numbers without loading zod. */
export const percentSchema = textOf(PERCENT_PATTERN, 'must be a percentage such as "0.5%"', { max: 16 });

/** An amount of CPU, memory or another resource: the commonly used subset of Kubernetes' quantity syntax. */
export const resourceQuantitySchema = textOf(
  /^[0-9]+([.][0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/,
  'must be a quantity such as 500m, 2 or 128Mi',
  { max: 32 },
);
