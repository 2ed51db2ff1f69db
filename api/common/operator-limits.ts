import * as z from 'zod';
import { parseCidr } from './cidr.ts';
import { durationSchema } from './duration-schema.ts';
import { textOf } from './rule.ts';
import { DENIED_ADDRESSES } from './sizes.ts';

/** Fields of a pod with which the author of a test gets rights of the node, or of another identity. */
export const POD_FIELDS = ['hostNetwork', 'serviceAccountName', 'hostPath', 'csi', 'privileged'] as const;

const most = z.int().min(1).optional();

export const cidrSchema = z
  .string()
  .max(64)
  .refine((text) => parseCidr(text) !== undefined, 'must be a range of addresses such as 169.254.0.0/16 or fe80::/10');

/** A host as it appears in a URL, with `*` as a wildcard. */
export const hostPatternSchema = textOf(
  /^[a-z0-9*:]([-_a-z0-9.*:]*[a-z0-9*:])?$/,
  'must be a host in lower case; * matches any characters',
  { min: 1, max: 253 },
);

/** Limits that an operator enforces on tests in addition to the schema; the chart's value `limits`. Absent: no limit. */
export const operatorLimitsSchema = z.strictObject({
  maxRate: most.describe('Maximum arrivals per second of an open load, whatever its `per`.'),
  maxUsers: most.describe('Maximum number of users of a closed load.'),
  maxRunners: most,
  maxDuration: durationSchema.optional(),
  maxConcurrentTests: most.describe(
    'Maximum number of concurrent tests that this installation of the operator serves; further tests wait.',
  ),
  maxWaitingTests: most.describe(
    'Maximum number of tests that wait for others in one namespace; further tests end at once.',
  ),
  oneTestPerTarget: z.boolean().default(false).describe('Treats every test as if target.exclusive were true.'),
  allowScripts: z
    .boolean()
    .default(true)
    .describe(
      'Whether tests may have a script. allowedHosts and deniedAddresses apply to its fetch, but malicious code can bypass them.',
    ),
  allowContainers: z
    .boolean()
    .default(true)
    .describe(
      'Whether runner pods may have initContainers and sidecars, which allowedHosts and deniedAddresses cannot bind.',
    ),
  allowUnixSockets: z
    .boolean()
    .default(false)
    .describe('Whether tests may have target.http.unixSocket, which allowedHosts and deniedAddresses cannot bind.'),
  allowPodFields: z
    .array(z.enum(POD_FIELDS))
    .default([])
    .describe(
      'What runner pods may have beyond the restricted Pod Security Standard, and beyond the default ServiceAccount.',
    ),
  allowedHosts: z
    .array(hostPatternSchema)
    .max(64)
    .default([])
    .describe('Hosts that tests may target and that scripts may fetch from. Empty: all.'),
  deniedAddresses: z
    .array(cidrSchema)
    .max(64)
    .default([...DENIED_ADDRESSES]),
});
export type OperatorLimits = z.output<typeof operatorLimitsSchema>;
