import * as z from 'zod';
import { RUNNER_CONTAINER } from '../../common/names.ts';
import { keyedList, textOf, withRules } from '../../common/rule.ts';
import { envFromSchema, envSchema } from './env.ts';
import { resourcesSchema } from './resources.ts';
import { containerSecurityContextSchema } from './security-context.ts';
import { volumeMountsSchema } from './volumes.ts';

const texts = z.array(z.string().max(4096)).max(64).optional();

const containerName = withRules(
  textOf(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be a name: lower-case letters, digits and "-"', { min: 1, max: 63 }),
  {
    cel: `self != '${RUNNER_CONTAINER}'`,
    message: `must not be ${RUNNER_CONTAINER}, the container of the runner`,
    test: (text) => text !== RUNNER_CONTAINER,
  },
);

const port = z.int().min(1).max(65535);

const fields = {
  name: containerName.describe('Name of the container.'),
  image: z.string().min(1).max(1024).describe('Its image.'),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional().describe('When the image is pulled.'),
  command: texts.describe('Program and first arguments. Default: those of the image.'),
  args: texts.describe('Arguments. Default: those of the image.'),
  workingDir: z.string().min(1).max(1024).optional().describe('Working directory. Default: that of the image.'),
  env: envSchema.optional().describe('Environment.'),
  envFrom: envFromSchema.optional().describe('Environment from Secrets and ConfigMaps.'),
  ports: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(15).optional().describe('Name of the port.'),
        containerPort: port.describe('The port.'),
        protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional().describe('Default: TCP.'),
      }),
    )
    .max(16)
    .optional()
    .describe('Ports on which the container listens.'),
  resources: resourcesSchema.optional().describe('Requests and limits.'),
  volumeMounts: volumeMountsSchema.optional().describe('Mounted volumes.'),
  securityContext: containerSecurityContextSchema.optional().describe('Rights of the container.'),
};

/** Containers that run to their end before the runner starts. */
export const initContainersSchema = keyedList(z.strictObject(fields), 'name', 8);
export type InitContainer = z.output<typeof initContainersSchema>[number];

const seconds = z.int().min(1).max(3600).optional();
const actions = {
  httpGet: z
    .strictObject({
      path: z.string().max(2048).optional().describe('Path. Default: /.'),
      port: port.describe('Port.'),
      scheme: z.enum(['HTTP', 'HTTPS']).optional().describe('Default: HTTP.'),
    })
    .optional()
    .describe('A GET request whose response has a status from 200 to 399.'),
  tcpSocket: z
    .strictObject({ port: port.describe('Port.') })
    .optional()
    .describe('A connection.'),
  grpc: z
    .strictObject({
      port: port.describe('Port.'),
      service: z.string().max(253).optional().describe('Name of the service.'),
    })
    .optional()
    .describe("A call of gRPC's health service."),
  exec: z
    .strictObject({ command: texts.describe('Program and arguments.') })
    .optional()
    .describe('A program that exits with 0.'),
};
const ACTIONS = Object.keys(actions) as (keyof typeof actions)[];

const probe = withRules(
  z.strictObject({
    ...actions,
    initialDelaySeconds: z.int().min(0).max(3600).optional().describe('Wait before the first check. Default: 0.'),
    periodSeconds: seconds.describe('Time between two checks. Default: 10.'),
    timeoutSeconds: seconds.describe('Time for one check. Default: 1.'),
    successThreshold: seconds.describe('Successes in a row that count. Default: 1.'),
    failureThreshold: seconds.describe('Failures in a row that count. Default: 3.'),
  }),
  {
    cel: `[${ACTIONS.map((action) => `has(self.${action})`).join(', ')}].filter(set, set).size() == 1`,
    message: `exactly one of ${ACTIONS.join(', ')} must be set`,
    test: (v) => ACTIONS.filter((action) => v[action] !== undefined).length === 1,
  },
);

/** Containers that run beside the runner, and end with it. */
export const sidecarsSchema = keyedList(
  z.strictObject({
    ...fields,
    startupProbe: probe.optional().describe('The runner starts when this check succeeds.'),
    readinessProbe: probe.optional().describe('Whether the pod is ready.'),
    livenessProbe: probe.optional().describe('The container restarts when this check fails.'),
  }),
  'name',
  8,
);
export type Sidecar = z.output<typeof sidecarsSchema>[number];
