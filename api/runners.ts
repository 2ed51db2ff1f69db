import { z } from 'zod';
import { durationSchema, microseconds } from './duration.ts';
import { objectName } from './reference.ts';
import { withRules } from './rule.ts';

const labelMap = z.record(z.string(), z.string().max(63)).optional();
const anyObject = () => z.looseObject({}).meta({ 'x-kubernetes-preserve-unknown-fields': true });
const quantityMap = z.record(z.string(), z.string().max(32)).optional();

/** The fields of a pod template that people set on load generators; all else about the pod is the operator's. */
const templateSchema = z.strictObject({
  labels: labelMap.describe('Labels added to every runner pod.'),
  annotations: z.record(z.string(), z.string().max(4096)).optional().describe('Annotations added to every runner pod.'),
  nodeSelector: labelMap,
  affinity: anyObject().optional(),
  tolerations: z.array(anyObject()).max(64).optional(),
  topologySpreadConstraints: z.array(anyObject()).max(16).optional(),
  priorityClassName: objectName.optional(),
  serviceAccountName: objectName
    .optional()
    .describe('Default: `default`. Runners never use its token for the Kubernetes API.'),
  imagePullSecrets: z
    .array(z.strictObject({ name: objectName }))
    .max(16)
    .optional(),
  resources: z
    .strictObject({ requests: quantityMap, limits: quantityMap })
    .optional()
    .describe('Requests and limits of the runner container.'),
});
export type RunnerTemplate = z.infer<typeof templateSchema>;

export const runnersSchema = z.strictObject({
  replicas: z.int().min(1).max(1000).default(1).describe('Runner pods; each carries an equal share of the load.'),
  onLoss: z
    .enum(['Fail', 'Continue'])
    .default('Fail')
    .describe(
      'When a runner is lost during the load: Fail ends the test, Continue goes on; both state what is missing.',
    ),
  readyTimeout: withRules(durationSchema, {
    cel: "duration(self) > duration('0s') && duration(self) <= duration('24h')",
    message: 'must be above 0s and at most 24h',
    test: (text) => microseconds(text) > 0 && microseconds(text) <= 24 * 3600e6,
  })
    .default('5m')
    .describe('How long all runners may take to be ready before the test ends without load.'),
  logSamples: z
    .boolean()
    .default(false)
    .describe('Write one CSV line a request to the runner log, for analysis by other tools. Costs CPU.'),
  template: templateSchema.optional().describe('Fields of the runner pods that people set.'),
});
export type Runners = z.infer<typeof runnersSchema>;
