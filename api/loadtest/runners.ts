import * as z from 'zod';
import { microseconds } from '../common/duration.ts';
import { durationSchema } from '../common/duration-schema.ts';
import { annotationsSchema, labelsSchema, nodeSelectorSchema } from '../common/metadata/maps.ts';
import { resourceQuantity } from '../common/quantity.ts';
import { resourceQuantitySchema } from '../common/quantity-schema.ts';
import { keyedList, withRules } from '../common/rule.ts';
import { objectName } from '../common/value-source.ts';

/** A field of the Pod API that is passed through unchanged. */
const podField = () => z.looseObject({}).meta({ 'x-kubernetes-preserve-unknown-fields': true });

const amounts = z
  .record(z.string(), resourceQuantitySchema)
  .refine((map) => Object.keys(map).length <= 16, 'must have at most 16 entries')
  .meta({ maxProperties: 16 });

const resourcesSchema = withRules(
  z.strictObject({
    requests: amounts.optional().describe('Resources that the scheduler reserves, such as cpu: 500m.'),
    limits: amounts.optional().describe('Maximum resources of the container.'),
  }),
  {
    cel: '!has(self.requests) || !has(self.limits) || self.requests.all(name, !(name in self.limits) || quantity(self.requests[name]).compareTo(quantity(self.limits[name])) <= 0)',
    message: 'must be at most the limit of the same resource',
    field: 'requests',
    test: ({ requests = {}, limits = {} }) =>
      Object.entries(requests).every(
        ([name, amount]) => limits[name] === undefined || resourceQuantity(amount) <= resourceQuantity(limits[name]),
      ),
  },
);

const tolerationSchema = withRules(
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
);

/** The configurable fields of the runner pods; the operator sets all others. */
const templateSchema = z.strictObject({
  labels: labelsSchema.optional().describe('Labels added to every runner pod.'),
  annotations: annotationsSchema.optional().describe('Annotations added to every runner pod.'),
  nodeSelector: nodeSelectorSchema.optional().describe('Labels that a node must have to run a runner.'),
  affinity: podField().optional().describe("The pod's affinity, as in the Pod API."),
  tolerations: z.array(tolerationSchema).max(64).optional().describe("The pod's tolerations, as in the Pod API."),
  topologySpreadConstraints: z
    .array(podField())
    .max(16)
    .optional()
    .describe("The pod's topology spread constraints, as in the Pod API."),
  priorityClassName: objectName.optional().describe('The PriorityClass of the runner pods.'),
  serviceAccountName: objectName
    .optional()
    .describe('ServiceAccount of the runner pods. Runners never call the Kubernetes API. Default: `default`.'),
  imagePullSecrets: keyedList(z.strictObject({ name: objectName.describe('Name of the Secret.') }), 'name', 16)
    .optional()
    .describe('Secrets for pulling the image.'),
  resources: resourcesSchema.optional().describe('Requests and limits of the runner container.'),
});

export const runnersSchema = z.strictObject({
  replicas: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('Number of runner pods; each generates an equal share of the load.'),
  onLoss: z
    .enum(['Fail', 'Continue'])
    .default('Fail')
    .describe(
      'What happens when a runner is lost during the load: Fail ends the test, Continue continues it. Both report the missing load.',
    ),
  readyTimeout: withRules(durationSchema, {
    cel: "duration(self) > duration('0s') && duration(self) <= duration('24h')",
    message: 'must be above 0s and at most 24h',
    test: (text) => microseconds(text) > 0 && microseconds(text) <= 24 * 3600e6,
  })
    .default('5m')
    .describe('Time within which all runners must be ready; otherwise the test ends without load.'),
  logSamples: z
    .boolean()
    .default(false)
    .describe('Writes one CSV line per request to the log of the runner, for analysis by other tools. Costs CPU.'),
  template: templateSchema.optional().describe('Settings of the runner pods.'),
});
export type Runners = z.infer<typeof runnersSchema>;
