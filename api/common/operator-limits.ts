import * as z from 'zod';
import { parseCidr } from './cidr.ts';
import { durationSchema } from './duration-schema.ts';
import { textOf } from './rule.ts';
import { DENIED_ADDRESSES } from './sizes.ts';

const most = z.int().min(1).optional();

export const cidrSchema = z
  .string()
  .max(64)
  .refine((text) => parseCidr(text) !== undefined, 'must be a range of addresses such as 169.254.0.0/16 or fe80::/10');

/** Hosts in the form that a URL has them. */
export const hostPatternSchema = textOf(
  /^[a-z0-9*:]([-_a-z0-9.*:]*[a-z0-9*:])?$/,
  'must be a host in lower case, with * for any characters',
  { min: 1, max: 253 },
);

/** What an operator lets tests do, beyond what the schema does; the chart's value `limits`. Absent: no limit. */
export const operatorLimitsSchema = z.strictObject({
  maxRate: most.describe('Arrivals a second of an open load, whatever its `per`.'),
  maxUsers: most.describe('Users of a closed load.'),
  maxRunners: most,
  maxDuration: durationSchema.optional(),
  maxConcurrentTests: most.describe('Tests that run at once; others wait.'),
  oneTestPerTarget: z.boolean().default(false).describe('As if every test had target.exclusive.'),
  allowScripts: z
    .boolean()
    .default(true)
    .describe('Whether tests may have a script, whose fetch is held to the next two; its code could get around that.'),
  allowedHosts: z
    .array(hostPatternSchema)
    .max(64)
    .default([])
    .describe('Hosts that may be tested, and that scripts fetch from; none: all.'),
  deniedAddresses: z
    .array(cidrSchema)
    .max(64)
    .default([...DENIED_ADDRESSES]),
});
export type OperatorLimits = z.output<typeof operatorLimitsSchema>;
