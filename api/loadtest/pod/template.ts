import * as z from 'zod';
import { annotationsSchema, labelsSchema, nodeSelectorSchema } from '../../common/metadata/maps.ts';
import { keyedList } from '../../common/rule.ts';
import { objectName } from '../../common/value-source.ts';
import { initContainersSchema, sidecarsSchema } from './containers.ts';
import { envFromSchema, runnerEnvSchema } from './env.ts';
import { resourcesSchema } from './resources.ts';
import { affinitySchema, tolerationSchema, topologySpreadConstraintSchema } from './scheduling.ts';
import { containerSecurityContextSchema, podSecurityContextSchema } from './security-context.ts';
import { runnerVolumeMountsSchema, volumesSchema } from './volumes.ts';

const host = z.string().min(1).max(253);
const address = z.string().min(2).max(64);

/** What a runner requests of each resource for which neither a request nor a limit is set. */
export const DEFAULT_RUNNER_REQUESTS = { cpu: '100m', memory: '96Mi' } as const;

/** The seconds that a runner needs to report its end, and a little more. */
const LEAST_GRACE_SECONDS = 5;

/** The configurable fields of the runner pods, as in the Pod API; the operator sets all others. */
export const templateSchema = z.strictObject({
  labels: labelsSchema.optional().describe('Labels added to every runner pod.'),
  annotations: annotationsSchema.optional().describe('Annotations added to every runner pod.'),
  resources: resourcesSchema
    .optional()
    .describe(
      `Requests and limits of the runner. Default: requests of ${DEFAULT_RUNNER_REQUESTS.cpu} CPU and ${DEFAULT_RUNNER_REQUESTS.memory} memory, no limits.`,
    ),
  env: runnerEnvSchema.optional().describe('Environment of the runner, beside that of the operator.'),
  envFrom: envFromSchema.optional().describe('Environment of the runner from Secrets and ConfigMaps.'),
  volumes: volumesSchema.optional().describe('Volumes of the pod.'),
  volumeMounts: runnerVolumeMountsSchema.optional().describe('Volumes that the runner mounts.'),
  initContainers: initContainersSchema
    .optional()
    .describe('Containers that run to their end before the runner starts.'),
  sidecars: sidecarsSchema.optional().describe('Containers that run beside the runner, and end with it.'),
  securityContext: podSecurityContextSchema
    .optional()
    .describe('Rights of the pod, within the restricted Pod Security Standard unless the operator allows more.'),
  containerSecurityContext: containerSecurityContextSchema
    .optional()
    .describe('Rights of the runner, within the restricted Pod Security Standard unless the operator allows more.'),
  nodeSelector: nodeSelectorSchema.optional().describe('Labels that a node must have to run a runner.'),
  affinity: affinitySchema.optional().describe('Nodes that a runner needs or prefers.'),
  tolerations: z.array(tolerationSchema).max(64).optional().describe('Taints of nodes that a runner tolerates.'),
  topologySpreadConstraints: z
    .array(topologySpreadConstraintSchema)
    .max(16)
    .optional()
    .describe('How runners are distributed. Default: evenly over the nodes, if possible.'),
  priorityClassName: objectName.optional().describe('PriorityClass of the runner pods.'),
  schedulerName: objectName.optional().describe("The scheduler. Default: the cluster's."),
  runtimeClassName: objectName.optional().describe('RuntimeClass of the runner pods. Default: that of the nodes.'),
  hostNetwork: z
    .boolean()
    .optional()
    .describe(
      "Uses the network of the node, where the operator's limits.allowPodFields has hostNetwork. Default: false.",
    ),
  hostAliases: z
    .array(
      z.strictObject({
        ip: address.describe('The address.'),
        hostnames: z.array(host).min(1).max(32).describe('Its names.'),
      }),
    )
    .max(32)
    .optional()
    .describe('Names that resolve without DNS.'),
  dnsPolicy: z
    .enum(['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'])
    .optional()
    .describe('Which DNS servers the pod uses. Default: ClusterFirst.'),
  dnsConfig: z
    .strictObject({
      nameservers: z.array(address).max(3).optional().describe('Further DNS servers.'),
      searches: z.array(host).max(32).optional().describe('Further search domains.'),
      options: z
        .array(
          z.strictObject({
            name: z.string().min(1).max(64).describe('Name of the option, such as ndots.'),
            value: z.string().max(64).optional().describe('Its value.'),
          }),
        )
        .max(16)
        .optional()
        .describe('Options of the resolver.'),
    })
    .optional()
    .describe('Changes of the DNS configuration.'),
  terminationGracePeriodSeconds: z
    .int()
    .min(LEAST_GRACE_SECONDS)
    .max(600)
    .optional()
    .describe(`Time that the containers have to end. Default: ${LEAST_GRACE_SECONDS}.`),
  serviceAccountName: objectName
    .optional()
    .describe(
      "ServiceAccount of the runner pods, where the operator's limits.allowPodFields has serviceAccountName. Runners never call the Kubernetes API. Default: `default`.",
    ),
  imagePullSecrets: keyedList(z.strictObject({ name: objectName.describe('Name of the Secret.') }), 'name', 16)
    .optional()
    .describe('Secrets for pulling the image.'),
});
export type RunnersTemplate = z.output<typeof templateSchema>;
