import * as z from 'zod';
import { nodeSelectorSchema } from '../../common/metadata/maps.ts';
import { withRules } from '../../common/rule.ts';

/** A label's key with its optional domain. */
const key = z.string().min(1).max(317);
const values = z.array(z.string().max(63)).max(64).optional();
const keys = z.array(key).max(16).optional();

const labelSelectorSchema = z.strictObject({
  matchLabels: nodeSelectorSchema.optional().describe('Labels that all must match.'),
  matchExpressions: z
    .array(
      z.strictObject({
        key: key.describe("The label's key."),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']).describe('How the label is compared.'),
        values: values.describe('Values, for In and NotIn.'),
      }),
    )
    .max(16)
    .optional()
    .describe('Conditions that all must hold.'),
});

const nodeConditions = z
  .array(
    z.strictObject({
      key: key.describe("The key of the node's label or field."),
      operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']).describe('How it is compared.'),
      values: values.describe('Values, except for Exists and DoesNotExist.'),
    }),
  )
  .max(16)
  .optional();

const nodeTermSchema = z.strictObject({
  matchExpressions: nodeConditions.describe("Conditions on the node's labels."),
  matchFields: nodeConditions.describe("Conditions on the node's fields, such as metadata.name."),
});

const podTermSchema = z.strictObject({
  topologyKey: key.describe('Label of nodes whose equal values make up one place, such as kubernetes.io/hostname.'),
  labelSelector: labelSelectorSchema.optional().describe('The other pods.'),
  namespaces: z
    .array(z.string().min(1).max(63))
    .max(16)
    .optional()
    .describe('Their namespaces. Default: that of the test.'),
  namespaceSelector: labelSelectorSchema.optional().describe('Their namespaces, by labels.'),
  matchLabelKeys: keys.describe('Labels that must have the same value on both pods.'),
  mismatchLabelKeys: keys.describe('Labels that must have different values.'),
});

const weight = z.int().min(1).max(100).describe('Weight among the preferences.');

const podAffinitySchema = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podTermSchema).max(16).optional().describe('Requirements.'),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight, podAffinityTerm: podTermSchema.describe('The preference.') }))
    .max(16)
    .optional()
    .describe('Preferences.'),
});

export const affinitySchema = z.strictObject({
  nodeAffinity: z
    .strictObject({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .strictObject({ nodeSelectorTerms: z.array(nodeTermSchema).min(1).max(16).describe('One of them must match.') })
        .optional()
        .describe('Requirements.'),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.strictObject({ weight, preference: nodeTermSchema.describe('The preference.') }))
        .max(16)
        .optional()
        .describe('Preferences.'),
    })
    .optional()
    .describe('Which nodes a runner needs or prefers.'),
  podAffinity: podAffinitySchema.optional().describe('Near which pods a runner belongs.'),
  podAntiAffinity: podAffinitySchema.optional().describe('Away from which pods a runner belongs.'),
});

export const topologySpreadConstraintSchema = z.strictObject({
  maxSkew: z.int().min(1).max(2_147_483_647).describe('How uneven the distribution may be.'),
  topologyKey: key.describe('Label of nodes whose equal values make up one place.'),
  whenUnsatisfiable: z
    .enum(['DoNotSchedule', 'ScheduleAnyway'])
    .describe('What happens with a pod that would be uneven.'),
  labelSelector: labelSelectorSchema.optional().describe('The pods that are counted.'),
  minDomains: z.int().min(1).max(2_147_483_647).optional().describe('The least number of places, for DoNotSchedule.'),
  nodeAffinityPolicy: z
    .enum(['Honor', 'Ignore'])
    .optional()
    .describe('Whether affinity excludes nodes. Default: Honor.'),
  nodeTaintsPolicy: z.enum(['Honor', 'Ignore']).optional().describe('Whether taints exclude nodes. Default: Ignore.'),
  matchLabelKeys: keys.describe('Labels that must have the same value on the counted pods.'),
});

export const tolerationSchema = withRules(
  z.strictObject({
    key: z.string().max(317).optional().describe("The taint's key. Default: all keys, with operator Exists."),
    operator: z.enum(['Exists', 'Equal']).optional().describe('Comparison of the value. Default: Equal.'),
    value: z.string().max(63).optional().describe("The taint's value, for Equal."),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional().describe('Default: all effects.'),
    tolerationSeconds: z.int().optional().describe('How long a NoExecute taint is tolerated. Default: forever.'),
  }),
  {
    cel: "has(self.key) || (has(self.operator) && self.operator == 'Exists')",
    message: 'must be Exists when there is no key',
    field: 'operator',
    test: (v) => v.key !== undefined || v.operator === 'Exists',
  },
  {
    cel: "!has(self.value) || !has(self.operator) || self.operator != 'Exists'",
    message: 'must not be set when operator is Exists',
    field: 'value',
    test: (v) => v.value === undefined || v.operator !== 'Exists',
  },
  {
    cel: "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
    message: 'must be NoExecute when tolerationSeconds is set',
    field: 'effect',
    test: (v) => v.tolerationSeconds === undefined || v.effect === 'NoExecute',
  },
);
